/** What is known of the targets where their responses are compared. */
export interface ComparedTargets {
  readonly primary: ComparedTarget;
  readonly shadow: ComparedTarget;
  readonly control?: ComparedTarget;
}

export interface ComparedTarget {
  /** Its own, as in `https://a.internal:8443`, without a default port. */
  readonly origins: readonly string[];
  /** Absent: the client's Host is kept. */
  readonly hostHeader?: string;
  /** Request fields that it alone gets, or gets with this value; names in lower case. */
  readonly set: Readonly<Record<string, string>>;
  /** Those that it doesn't get. */
  readonly remove: readonly string[];
}
