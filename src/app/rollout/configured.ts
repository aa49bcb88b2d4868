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

/** The weight that the file says, in buckets; undefined where steps decide. */
export function fileWeightOf({ rollout: { weight } }: Configured): number | undefined {
  return weight === undefined ? undefined : Math.round(weight * BUCKETS);
}

/** What a candidate has at once of the weight that another was given: nothing but what the file itself says. */
export function inherited(weight: number | 'stopped', configured: Configured): number | 'stopped' {
  const approved = fileWeightOf(configured);
  return weight === 'stopped' || approved === undefined ? 'stopped' : Math.min(weight, approved);
}

/** How long a step lasts at least, in milliseconds: not at all where the file may change the weight at any time. */
export function holdOf({ weight, hold }: RolloutConfig): number {
  return weight === undefined ? hold : 0;
}

export function settingsOf(configured: Configured): LifecycleSettings {
  const { advance, hooks } = configured.rollout;
  const file = fileWeightOf(configured);
  const steps = file === undefined ? stepsOf(configured) : { file };
  return { steps, advance, hold: holdOf(configured.rollout), asks: hooks.before !== undefined };
}

/** What was measured under one configuration says nothing of the other. */
export function measuresAnother(before: Configured, now: Configured): boolean {
  return (
    candidateOf(before) !== candidateOf(now) ||
    JSON.stringify(before.rollout.margins) !== JSON.stringify(now.rollout.margins) ||
    before.rows.some((row) => !now.rows.includes(row))
  );
}
