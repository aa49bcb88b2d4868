/** The shapes of the API's answers, by the types of which the server makes them. */

import type { RolloutChange } from '../../../model/rollout.ts';
import type { RedactionRow, RehearsalRow, RuleRow, Summary } from '../../../model/store-reader.ts';
import type { CauseDetail, CausePage } from '../../../results/cause-page.ts';
import type { ExperimentResults } from '../../../results/experiment-results.ts';
import type { Explanation } from '../../../results/explanation.ts';
import type { RouteNoise } from '../../../results/noise.ts';
import type { RolloutStatus } from '../../../results/rollout-status.ts';
import type { RoutePage } from '../../../results/route-page.ts';
import type { RuleState } from '../../../results/rule-state.ts';
import type { ServiceResults } from '../../../results/services.ts';
import type { Timeline } from '../../../results/timeline.ts';
import type { Verdict } from '../../../results/verdict.ts';
import type { Health, MirrorState, ProcessState, ServiceState } from '../../dependencies.ts';

export type VerdictAnswer = Verdict;

export interface SummaryAnswer {
  readonly results: Omit<Summary, 'routes'>;
  readonly services: readonly ServiceResults[];
  readonly mirror: MirrorState;
  readonly process: ProcessState;
}

export interface ServicesAnswer {
  readonly services: readonly ServiceState[];
}

export interface RehearsalsAnswer {
  readonly rehearsals: readonly RehearsalRow[];
}

export interface SessionAnswer {
  /** Whether this server asks for a token. */
  readonly required: boolean;
  readonly authenticated: boolean;
}

export type CausesAnswer = CausePage;
export type CauseAnswer = CauseDetail;
export type RoutesAnswer = RoutePage;
export type ExplanationAnswer = Explanation & { readonly furtherSteps: number };

export interface NoiseAnswer {
  readonly noise: readonly RouteNoise[];
}

export type TimelineAnswer = Timeline;

export type HealthAnswer = Health;

export interface RulesAnswer {
  readonly rules: readonly (RuleRow & { readonly state: RuleState })[];
}

export interface ExperimentsAnswer {
  readonly experiments: readonly ExperimentResults[];
}

export interface RolloutAnswer {
  readonly rollouts: readonly RolloutStatus[];
}

export interface RolloutHistoryAnswer {
  /** The latest first. */
  readonly changes: readonly RolloutChange[];
}

export interface RedactionsAnswer {
  readonly redactions: readonly RedactionRow[];
}
