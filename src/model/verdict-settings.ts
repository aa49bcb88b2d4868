/** What it takes to call a shadow a regression, or to pass it. See config/schema/verdict.ts for each of them. */
export interface RouteVerdictSettings {
  /** A share of the exchanges. */
  readonly epsilon: number;
  /** A share of the other leg's time. */
  readonly margin: number;
  /** Milliseconds. */
  readonly floor: number;
  readonly minExchanges: number;
}

export interface VerdictSettings extends RouteVerdictSettings {
  /** A probability. */
  readonly alpha: number;
  /** Shares. */
  readonly coverage: number;
  readonly shed: number;
  /** By name. */
  readonly routes: Readonly<Record<string, Partial<RouteVerdictSettings>>>;
}
