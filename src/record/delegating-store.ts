import type { LegName } from '../model/exchange.ts';
import type { Exposure } from '../model/experiment.ts';
import type { RecordedExperiment } from '../model/recorded-experiment.ts';
import type { RolloutChange } from '../model/rollout.ts';
import type { Disregard, RouteEvidence } from '../model/route-evidence.ts';
import type {
  EvidenceRow,
  MarkedSignature,
  RedactionRow,
  RehearsalRow,
  ResponseCount,
  RouteOfService,
  RouteSketch,
  RouteTimelineQuery,
  RouteTimelines,
  RuleRow,
  Scope,
  ServiceRow,
  SignatureDetail,
  SignatureQuery,
  StoredExchange,
  StoredTimeline,
  Summary,
  SummaryLatencies,
  TimelineQuery,
  TimeWindow,
} from '../model/store-reader.ts';
import type { Marked, Marking } from '../model/triage.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import type { Flush, Store } from './store.ts';

/** All operations of a store except closing it. */
export type Operation = Exclude<keyof Store, 'close'>;

/** A store that passes every operation to one method, which lets another store answer it. */
export abstract class DelegatingStore implements Store {
  protected abstract perform<O extends Operation>(
    operation: O,
    ...args: Parameters<Store[O]>
  ): Promise<Awaited<ReturnType<Store[O]>>>;

  abstract close(): Promise<void>;

  redactionKey(): Promise<Buffer> {
    return this.perform('redactionKey');
  }

  write(flush: Flush): Promise<readonly Exposure[]> {
    return this.perform('write', flush);
  }

  prune(now: number, retention: { readonly age: number; readonly size: number }): Promise<void> {
    return this.perform('prune', now, retention);
  }

  clear(rehearsal?: string): Promise<void> {
    return this.perform('clear', rehearsal);
  }

  mark(marking: Marking): Promise<Marked> {
    return this.perform('mark', marking);
  }

  recordRollout(change: RolloutChange): Promise<void> {
    return this.perform('recordRollout', change);
  }

  unreportedExposures(most: number): Promise<readonly Exposure[]> {
    return this.perform('unreportedExposures', most);
  }

  forgetUnreported(exposures: readonly Exposure[]): Promise<void> {
    return this.perform('forgetUnreported', exposures);
  }

  finish(at: number): Promise<void> {
    return this.perform('finish', at);
  }

  summary(window?: TimeWindow, scope?: Scope, latencies?: SummaryLatencies): Promise<Summary> {
    return this.perform('summary', window, scope, latencies);
  }

  responses(legs: readonly LegName[], scope?: Scope): Promise<readonly ResponseCount[]> {
    return this.perform('responses', legs, scope);
  }

  timeline(query: TimelineQuery): Promise<StoredTimeline> {
    return this.perform('timeline', query);
  }

  routeTimelines(query: RouteTimelineQuery): Promise<RouteTimelines> {
    return this.perform('routeTimelines', query);
  }

  sketches(route: RouteOfService, window?: TimeWindow, scope?: Scope): Promise<readonly RouteSketch[]> {
    return this.perform('sketches', route, window, scope);
  }

  signatures(query: SignatureQuery): Promise<readonly MarkedSignature[]> {
    return this.perform('signatures', query);
  }

  signature(id: string, scope?: Scope): Promise<SignatureDetail | undefined> {
    return this.perform('signature', id, scope);
  }

  exchange(id: string): Promise<StoredExchange | undefined> {
    return this.perform('exchange', id);
  }

  evidence(route?: string, scope?: Scope): Promise<readonly EvidenceRow[]> {
    return this.perform('evidence', route, scope);
  }

  routeEvidence(scope?: Scope, disregard?: Disregard): Promise<readonly RouteEvidence[]> {
    return this.perform('routeEvidence', scope, disregard);
  }

  verdictSettings(): Promise<VerdictSettings | undefined> {
    return this.perform('verdictSettings');
  }

  rules(scope?: Scope, route?: string): Promise<readonly RuleRow[]> {
    return this.perform('rules', scope, route);
  }

  services(): Promise<readonly ServiceRow[]> {
    return this.perform('services');
  }

  rollouts(limit: number, service?: string): Promise<readonly RolloutChange[]> {
    return this.perform('rollouts', limit, service);
  }

  experiments(): Promise<readonly RecordedExperiment[]> {
    return this.perform('experiments');
  }

  rehearsals(): Promise<readonly RehearsalRow[]> {
    return this.perform('rehearsals');
  }

  redactions(scope?: Scope): Promise<readonly RedactionRow[]> {
    return this.perform('redactions', scope);
  }
}

/** Calls an operation by its name. */
export function performOn<O extends Operation>(
  store: Store,
  operation: O,
  args: Parameters<Store[O]>,
): ReturnType<Store[O]> {
  const method = store[operation] as (...of: Parameters<Store[O]>) => ReturnType<Store[O]>;
  return method.apply(store, args);
}
