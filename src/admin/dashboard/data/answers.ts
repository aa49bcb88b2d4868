/** The shapes of the API's answers, by the types of which the server makes them. */
import type { RehearsalRow, Summary } from '../../../model/store-reader.ts';
import type { ServiceResults } from '../../../results/services.ts';
import type { Verdict } from '../../../results/verdict.ts';
import type { ProcessState, ServiceState } from '../../dependencies.ts';

export type VerdictAnswer = Verdict;

export interface SummaryAnswer {
  readonly results: Omit<Summary, 'routes'>;
  readonly services: readonly ServiceResults[];
  readonly mirror: { readonly enabled: boolean };
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
