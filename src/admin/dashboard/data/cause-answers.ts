/** The shapes of the API's answers about causes, routes and latency. */
import type { Severity } from '../../../compare/severity.ts';
import type { LegName } from '../../../model/exchange.ts';
import type { EndingCount } from '../../../model/outcome.ts';
import type { Crowded, RouteSummary, RuleRow, StoredExchange } from '../../../model/store-reader.ts';
import type { Expectation } from '../../../model/triage.ts';
import type { Cause } from '../../../results/causes.ts';
import type { Explanation } from '../../../results/explanation.ts';
import type { LatencyShift } from '../../../results/latency-shift.ts';
import type { RouteNoise } from '../../../results/noise.ts';
import type { RouteResults } from '../../../results/results.ts';
import type { RuleState } from '../../../results/rule-state.ts';
import type { TriagedSignature } from '../../../results/triage.ts';

export type CauseState =
  | { readonly state: 'open'; readonly reopened?: { readonly was: 'expected' | 'fixed'; readonly at: number } }
  | ({ readonly state: 'expected' } & Expectation)
  | { readonly state: 'fixed' };

export type CauseRow = Cause &
  CauseState & {
    readonly id: string;
    readonly severity: Severity | 'failure';
    readonly share: number;
    readonly novelty?: 'new' | 'known';
  };

export interface CausesAnswer {
  readonly causes: readonly CauseRow[];
  readonly total: number;
  readonly states: Readonly<Record<CauseState['state'], number>>;
  readonly complete: boolean;
}

export type CauseAnswer = CauseRow & {
  readonly signatures: readonly TriagedSignature[];
  readonly examples: readonly StoredExchange[];
};

export interface RouteRow extends RouteSummary {
  readonly state: RouteResults['state'];
  readonly verdict?: 'pass' | 'regression' | 'inconclusive';
  readonly compared: number;
  readonly mismatches: {
    readonly count: number;
    readonly open: number;
    readonly rate: number;
    readonly between: readonly [low: number, high: number];
  };
  readonly evidence?: number;
  readonly shift?: LatencyShift;
  readonly spark: {
    readonly from: number;
    readonly compared: readonly number[];
    readonly mismatches: readonly number[];
  };
}

export interface RoutesAnswer {
  readonly routes: readonly RouteRow[];
  readonly total: number;
  readonly sparkStep: number;
}

export interface RulesAnswer {
  readonly rules: readonly (RuleRow & { readonly state: RuleState })[];
}

export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly deciles: readonly number[];
  readonly histogram: readonly { readonly from: number; readonly to: number; readonly count: number }[];
}

export interface LatencyDetail {
  readonly service: string;
  readonly route: string;
  readonly against: 'control' | 'primary';
  readonly legs: readonly (Distribution & { readonly leg: LegName; readonly to: 'firstByte' | 'lastByte' })[];
  readonly delta?: Distribution & {
    readonly medianBetween?: readonly [low: number, high: number];
    readonly ifIndependent?: readonly [low: number, high: number];
    readonly effectiveCount: number;
  };
  readonly shifts: readonly { readonly quantile: number; readonly shift: number; readonly floor?: number }[];
  readonly margin?: number;
  readonly crowded?: Crowded;
}

export interface TimelineAnswer {
  readonly step: number;
  readonly steps: readonly {
    readonly at: number;
    readonly requests: number;
    readonly outcomes: readonly EndingCount[];
    readonly shed?: number;
    readonly legs: readonly {
      readonly leg: LegName;
      readonly count: number;
      readonly p50: number;
      readonly p99: number;
    }[];
    readonly delta?: { readonly count: number; readonly p50: number; readonly p99: number };
  }[];
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
}

export type ExplanationAnswer = Explanation & { readonly furtherSteps: number };

export interface NoiseAnswer {
  readonly noise: readonly RouteNoise[];
}
