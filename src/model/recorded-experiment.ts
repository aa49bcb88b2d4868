export const GOAL_KINDS = ['conversion', 'mean'] as const;

/** `conversion`: whether a user did it. `mean`: the sum of his values. */
export type GoalKind = (typeof GOAL_KINDS)[number];

/**
 * An experiment as the store knows it. `edition`: another one where its arms, their ratio or the salt are others; its
 * results are kept apart.
 */
export interface ExperimentDefinition {
  readonly service: string;
  readonly experiment: string;
  readonly edition: string;
  /** The first is the baseline. `share`: of all users, from 0 to 1. */
  readonly arms: readonly { readonly arm: string; readonly share: number }[];
  readonly goals: readonly { readonly goal: string; readonly kind: GoalKind }[];
  /** The smallest difference of interest, as a share of the mean. */
  readonly detect: number;
  readonly alpha: number;
}

/** What was recorded of an edition. Times are milliseconds since 1970. */
export interface RecordedExperiment extends ExperimentDefinition {
  /** Whether it is configured. */
  readonly isRunning: boolean;
  readonly begunAt: number;
  /** When a user came, or a goal was reached, for the last time. */
  readonly lastAt: number;
  /** By arm, in the order of `arms`. */
  readonly users: readonly number[];
  readonly sums: readonly GoalSum[];
  readonly leftOut: ExperimentLeftOut;
}

/** What the users of an arm did for a goal, added up over users. */
export interface GoalSum {
  readonly goal: string;
  readonly arm: string;
  /** Users who did anything. */
  readonly users: number;
  readonly sum: number;
  readonly squares: number;
  /** The sum of absolute values. */
  readonly sizes: number;
}

export interface ExperimentLeftOut {
  /** Users who were seen in another arm later; they count with their first one. */
  readonly switched: number;
  /** Users who came when there was no more room. */
  readonly full: number;
  /** Outcomes before their user saw an arm, and outcomes of users who never saw one. */
  readonly early: number;
  readonly unexposed: number;
}
