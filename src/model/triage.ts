import type { Place } from './difference.ts';

/** Why something is expected. */
export interface Expectation {
  readonly reason: string;
  readonly owner?: string;
  /** Milliseconds since 1970: from this time it is open again. */
  readonly until?: number;
}

/** What a person says of a repair: `in 2.4.1`. */
export interface Repair {
  readonly reason?: string;
}

/** A person's decision about a signature. It holds for all rehearsals of its service. */
export type Mark =
  | (Expectation & {
      readonly state: 'expected';
      /** Milliseconds since 1970. */
      readonly markedAt: number;
    })
  | (Repair & {
      readonly state: 'fixed';
      readonly markedAt: number;
      /**
       * Milliseconds since 1970: when the signature first appeared again after it was marked. It is open again then.
       */
      readonly seenAgain?: number;
    });

/** A mark to set on these signatures. */
export interface Marking {
  readonly ids: readonly string[];
  /** Absent: every service that has one of the ids. */
  readonly service?: string;
  /** Only those that differ at none but these places. Absent: whatever they differ in. */
  readonly within?: readonly Place[];
  /** `open`: removes the mark. */
  readonly mark:
    | Exclude<Mark, { readonly state: 'fixed' }>
    | (Repair & { readonly state: 'fixed'; readonly markedAt: number })
    | 'open';
}

/** What came of it. With an unknown id, nothing was marked. */
export type Marked =
  | { readonly unknown: readonly string[] }
  | {
      readonly marked: readonly string[];
      /** Ids of those that differ elsewhere, too. */
      readonly left: readonly string[];
    };

/** The state of a signature at a given time. */
export type Triage =
  | {
      readonly state: 'open';
      /** Its state before it reopened automatically, and when it reopened, in milliseconds since 1970. */
      readonly reopened?: { readonly was: 'expected' | 'fixed'; readonly at: number };
    }
  | Extract<Mark, { readonly state: 'expected' }>
  | (Repair & { readonly state: 'fixed'; readonly markedAt: number });

export const TRIAGE_STATES = ['open', 'expected', 'fixed'] as const satisfies readonly Triage['state'][];

/** @param now milliseconds since 1970 */
export function triageOf(mark: Mark | undefined, now: number): Triage {
  if (mark === undefined) return { state: 'open' };
  if (mark.state === 'fixed') {
    const { seenAgain, ...repair } = mark;
    if (seenAgain === undefined) return repair;
    return { state: 'open', reopened: { was: 'fixed', at: seenAgain } };
  }
  if (mark.until === undefined || now < mark.until) return mark;
  return { state: 'open', reopened: { was: 'expected', at: mark.until } };
}
