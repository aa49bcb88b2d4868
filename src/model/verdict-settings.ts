/** The thresholds for a regression and for a pass. Each is explained in config/schema/verdict.ts. */
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

/** As they are without a configuration: what the defaults of the options say. */
export const DEFAULT_VERDICT_SETTINGS: VerdictSettings = {
  alpha: 0.001,
  epsilon: 0.001,
  margin: 0.05,
  floor: 1,
  coverage: 0.99,
  minExchanges: 1000,
  shed: 0.01,
  routes: {},
};
