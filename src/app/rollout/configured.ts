/** What the configuration says of the rollout of one service. */
import type { RolloutConfig, ServiceConfig } from '../../config/types.ts';
import { BUCKETS } from '../../model/rollout.ts';
import type { RouteRow } from '../../model/route.ts';
import type { VerdictSettings } from '../../model/verdict-settings.ts';
import type { LifecycleSettings } from '../../rollout/lifecycle.ts';

export interface Configured {
  readonly service: ServiceConfig;
  readonly rollout: RolloutConfig;
  /** Of the routes that take part. */
  readonly rows: readonly RouteRow[];
  readonly verdict: VerdictSettings;
}

/** What a change of begins anew. A version that only responses name is watched by the step. */
export function candidateOf({ service }: Configured): string {
  const { url, version } = service.shadow!;
  return version === undefined ? url : `${url}, version ${version}`;
}

/** Numbers of buckets. */
export function stepsOf({ rollout }: Configured): readonly number[] {
  return rollout.steps.map((share) => Math.round(share * BUCKETS));
}

export function settingsOf(configured: Configured): LifecycleSettings {
  const { weight, advance, hold, hooks } = configured.rollout;
  const steps = weight === undefined ? stepsOf(configured) : 'file';
  return { steps, advance, hold, asks: hooks.before !== undefined };
}
