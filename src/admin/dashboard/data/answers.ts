/** The shapes of the API's answers, by the types of which the server makes them. */
import type { RedactionRow, RehearsalRow, RuleRow, Summary } from '../../../model/store-reader.ts';
import type { CauseDetail, CausePage } from '../../../results/cause-page.ts';
import type { Explanation } from '../../../results/explanation.ts';
import type { RouteNoise } from '../../../results/noise.ts';
import type { RoutePage } from '../../../results/route-page.ts';
import type { RuleState } from '../../../results/rule-state.ts';
import type { ServiceResults } from '../../../results/services.ts';
import type { Timeline } from '../../../results/timeline.ts';
import type { Verdict } from '../../../results/verdict.ts';
import type { MirrorState, ProcessState, RecorderState, ServiceState, ThreadState } from '../../dependencies.ts';

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

export interface HealthAnswer {
  readonly version: string;
  readonly node: string;
  readonly instance: string;
  readonly startedAt: number;
  readonly now: number;
  readonly ready: { readonly ok: boolean; readonly reasons: readonly string[] };
  readonly mirror: { readonly enabled: boolean };
  readonly threads: readonly (ThreadState & { readonly lag: number })[];
  readonly tapes: readonly {
    readonly tape: string;
    readonly bytes: number;
    readonly capacity: number;
    readonly dropped: number;
  }[];
  readonly services: readonly { readonly service: string; readonly targets: readonly TargetHealth[] }[];
  readonly recorder: RecorderState;
  readonly store: {
    readonly location: string;
    readonly bytes?: number;
    readonly limit: number;
    readonly age: number;
    readonly from?: number;
    readonly to?: number;
    readonly error?: string;
  };
  readonly config: { readonly generation: number; readonly lastError?: string; readonly loadedAt: number };
  readonly lost: { readonly logLines: number; readonly accessLines: number; readonly alerts: number };
}

export interface TargetHealth {
  readonly role: 'primary' | 'shadow' | 'control';
  readonly url: string;
  readonly reachable?: boolean;
  readonly breaker?: 'closed' | 'half_open' | 'open';
  readonly inFlight?: number;
  readonly outOfOrder?: number;
}

export interface RulesAnswer {
  readonly rules: readonly (RuleRow & { readonly state: RuleState })[];
}

export interface RedactionsAnswer {
  readonly redactions: readonly RedactionRow[];
}
