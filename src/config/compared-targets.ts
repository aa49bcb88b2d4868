/** What the comparison knows about the targets. */
export interface ComparedTargets {
  readonly primary: ComparedTarget;
  readonly shadow: ComparedTarget;
  readonly control?: ComparedTarget;
  /** The shadow where it serves clients: it gets none of the changes that are made to copies. */
  readonly candidate?: ComparedTarget;
}

export interface ComparedTarget {
  /** The target's own origin, such as `https://a.internal:8443`, without a default port. */
  readonly origins: readonly string[];
  /** Absent: the client's Host is kept. */
  readonly hostHeader?: string;
  /** Request fields that only this target gets, or gets with this value; names in lower case. */
  readonly set: Readonly<Record<string, string>>;
  /** Request fields that this target does not get. */
  readonly remove: readonly string[];
}
