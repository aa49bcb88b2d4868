import { placeKey } from '../compare/collapse.ts';
import { proposalText } from '../compare/proposals/proposal-text.ts';
import type { Difference } from '../model/difference.ts';
import type { Scope, StoredExchange, StoreReader } from '../model/store-reader.ts';
import type { Cause } from './causes.ts';
import { type ExpectedCause, type OpenCause, signatureKey, type TriagedSignature } from './triage.ts';

export interface WithExample {
  /** The newest example, if one was kept. */
  readonly example?: ExampleReport;
  /** The narrowest rules that would accept what the examples show, as YAML; absent if there are none. */
  readonly proposal?: string;
}

export interface ExampleReport {
  /** The id for the admin API and the dashboard, which show the complete exchange. */
  readonly id: string;
  readonly receivedAt: number;
  readonly method: string;
  readonly target: string;
  readonly differences: readonly Difference[];
  /** What happened to the shadow, if it gave no response. */
  readonly failure?: string;
}

export type SignatureReport = TriagedSignature & WithExample;
/** Of the open ones; of what is expected, with the reason. */
export type CauseReport = (OpenCause | ExpectedCause) & WithExample;
export type ExpectedCauseReport = ExpectedCause & WithExample;

/** Reads examples; those of each signature are read once. */
export class Examples {
  readonly #reader: Pick<StoreReader, 'signature'>;
  readonly #scope: Scope;
  /** By `signatureKey`. */
  readonly #read = new Map<string, Promise<readonly StoredExchange[]>>();

  constructor(reader: Pick<StoreReader, 'signature'>, scope: Scope) {
    this.#reader = reader;
    this.#scope = scope;
  }

  async ofSignature(row: TriagedSignature): Promise<SignatureReport> {
    return { ...row, ...shown(await this.#of(row)) };
  }

  /** The examples of the most frequent signature that has any, with the differences of this cause only. */
  async ofCause<C extends Cause>(cause: C): Promise<C & WithExample> {
    const places = new Set([...cause.places, ...cause.follows].map(placeKey));
    for (const id of cause.routes.flatMap(({ signatures }) => signatures)) {
      const examples = await this.#of({ ...cause, id });
      if (examples.length === 0) continue;
      const its = examples.map((example) => ({
        ...example,
        differences: example.differences.filter((difference) => places.has(placeKey(difference))),
      }));
      return { ...cause, ...shown(its) };
    }
    return cause;
  }

  #of(of: Pick<TriagedSignature, 'service' | 'id'>): Promise<readonly StoredExchange[]> {
    const { service, id } = of;
    let examples = this.#read.get(signatureKey(of));
    if (examples === undefined) {
      examples = this.#reader.signature(id, { ...this.#scope, service }).then((detail) => detail?.examples ?? []);
      this.#read.set(signatureKey(of), examples);
    }
    return examples;
  }
}

function shown(examples: readonly StoredExchange[]): WithExample {
  const [newest] = examples;
  if (newest === undefined) return {};
  const proposal = proposalText(examples);
  return { example: exampleOf(newest), ...(proposal !== undefined && { proposal }) };
}

function exampleOf({ id, receivedAt, request, shadow, differences }: StoredExchange): ExampleReport {
  const failure = 'failure' in shadow ? { failure: shadow.detail } : {};
  return { id, receivedAt, method: request.method, target: request.target, differences, ...failure };
}
