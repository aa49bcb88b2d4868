/** Routes that turned out to be another: what was recorded of them becomes that one's. */
import { signatureId } from '../compare/signature.ts';
import { OTHER_PLACES } from '../findings/gathering.ts';
import type { FindingsBatch, SignatureFinding } from '../model/finding.ts';

export interface Renaming {
  readonly from: string;
  readonly to: string;
}

type Identified = Pick<SignatureFinding, 'id' | 'ending' | 'primaryStatus' | 'shadowStatus' | 'places'>;

/** The id that a signature would have had, if its route had always been called so; its own, where it names not all its places. */
export function renamedId({ id, ending, primaryStatus, shadowStatus, places }: Identified, route: string): string {
  const isWhole = places.length === 1 || places.at(-1)?.path !== OTHER_PLACES.path;
  return isWhole ? signatureId(route, ending, primaryStatus, shadowStatus, places) : id;
}

/** The names that routes have now, by those that they had before. */
export class RenamedRoutes {
  readonly #names = new Map<string, string>();

  add({ from, to }: Renaming): void {
    for (const [before, now] of this.#names) if (now === from) this.#names.set(before, to);
    this.#names.set(from, to);
    // A name that is in use again is no former one.
    this.#names.delete(to);
  }

  /** Threads may not have heard of it yet. */
  rename(batch: FindingsBatch): FindingsBatch {
    if (this.#names.size === 0) return batch;
    return {
      ...batch,
      signatures: batch.signatures.map((finding) => {
        const route = this.#names.get(finding.route);
        return route === undefined ? finding : renamedSignature(finding, route);
      }),
      evidence: batch.evidence.map((each) => ({ ...each, route: this.#names.get(each.route) ?? each.route })),
    };
  }
}

function renamedSignature(finding: SignatureFinding, route: string): SignatureFinding {
  return {
    ...finding,
    id: renamedId(finding, route),
    route,
    examples: finding.examples.map((example) => ({ ...example, exchange: { ...example.exchange, route } })),
  };
}
