export interface VerdictSettings {
  /** How likely a false alarm may be, in a whole rehearsal of a service. */
  readonly alpha: number;
  /** The rate of mismatches, and of failures, that a pass leaves possible. */
  readonly epsilon: number;
  /** By so much the shadow may be slower: a share. */
  readonly margin: number;
  /** The share of the compared exchanges whose routes must have passed. */
  readonly coverage: number;
  /** Of a route, before it can pass. */
  readonly minExchanges: number;
  /** The share of the copies that may be lost. */
  readonly shed: number;
}
