/** Why something is expected. */
export interface Expectation {
  readonly reason: string;
  readonly owner?: string;
  /** Milliseconds since 1970, from when it is open again. */
  readonly until?: number;
}

/** What somebody said of a signature: it holds for all rehearsals of its service. */
export type Mark =
  | (Expectation & {
      readonly state: 'expected';
      /** Milliseconds since 1970. */
      readonly markedAt: number;
    })
  | {
      readonly state: 'fixed';
      readonly markedAt: number;
      /** Milliseconds since 1970: of the first exchange after the marking that shows it, so that it is open again. */
      readonly seenAgain?: number;
    };

/** What is to be kept of these signatures. */
export interface Marking {
  readonly ids: readonly string[];
  /** Absent: of each service that has one of the ids. */
  readonly service?: string;
  /** `open`: nothing. */
  readonly mark:
    | Exclude<Mark, { readonly state: 'fixed' }>
    | { readonly state: 'fixed'; readonly markedAt: number }
    | 'open';
}

/** In which state a signature is at a moment. */
export type Triage =
  | {
      readonly state: 'open';
      /** What it was before it opened again by itself, and when it did, in milliseconds since 1970. */
      readonly reopened?: { readonly was: 'expected' | 'fixed'; readonly at: number };
    }
  | Extract<Mark, { readonly state: 'expected' }>
  | { readonly state: 'fixed'; readonly markedAt: number };

export const TRIAGE_STATES = ['open', 'expected', 'fixed'] as const satisfies readonly Triage['state'][];

/** @param now milliseconds since 1970 */
export function triageOf(mark: Mark | undefined, now: number): Triage {
  if (mark === undefined) return { state: 'open' };
  if (mark.state === 'fixed') {
    const { markedAt, seenAgain } = mark;
    if (seenAgain === undefined) return { state: 'fixed', markedAt };
    return { state: 'open', reopened: { was: 'fixed', at: seenAgain } };
  }
  if (mark.until === undefined || now < mark.until) return mark;
  return { state: 'open', reopened: { was: 'expected', at: mark.until } };
}
