import { placeKey } from '../compare/collapse.ts';
import { proposeRules } from '../compare/proposals/propose.ts';
import { readCause } from './cause-page.ts';
import type { CauseReader, CausesAsked } from './cause-rows.ts';

export interface CauseProposal {
  /** The narrowest rules that would accept what the examples show of this cause, as YAML; absent if there are none. */
  readonly proposal?: string;
}

/** Undefined if there is no such cause. */
export async function readProposal(
  reader: CauseReader,
  asked: CausesAsked & { readonly id: string },
): Promise<CauseProposal | undefined> {
  const cause = await readCause(reader, asked);
  if (cause === undefined) return undefined;
  const places = new Set([...cause.places, ...cause.follows].map(placeKey));
  const examples = cause.examples.map((example) => ({
    ...example,
    differences: example.differences.filter((difference) => places.has(placeKey(difference))),
  }));
  const proposal = proposeRules(examples);
  return proposal === undefined ? {} : { proposal };
}
