import { hash } from 'node:crypto';
import { BUCKETS } from '../model/rollout.ts';
import type { Options } from './options.ts';
import type { Target } from './target-types.ts';
import type { ArmConfig, ExperimentConfig } from './types.ts';

type Written = Options['experiments'][number];

/** `targetOf`: resolves the target of an arm, by the index of the experiment and of the arm. */
export function resolveExperiments(
  written: readonly Written[],
  targetOf: (experiment: number, arm: number) => Target | undefined,
): ExperimentConfig[] {
  return written.map((experiment, index) => {
    const { arms, salt = experiment.name, ...passedOn } = experiment;
    const widths = arms.map(({ share }) => Math.round(share * BUCKETS));
    return {
      ...passedOn,
      salt,
      edition: editionOf({ ...experiment, salt }, widths),
      arms: rangesOf(widths).map((range, at): ArmConfig => {
        const { target: _, ...arm } = arms[at]!;
        const target = targetOf(index, at);
        return { ...arm, ...range, ...(target && { target }) };
      }),
    };
  });
}

/** Of all that decides which users get what. The shares count by their ratio, so that an experiment may grow. */
function editionOf({ arms, salt, sticky, when }: Written, widths: readonly number[]): string {
  const unit = Math.max(1, widths.reduce(greatestCommonDivisor, 0));
  const given = arms.map(({ name, header, target }, at) => [name, header, target?.url.url, widths[at]! / unit]);
  return hash('sha256', JSON.stringify([salt, sticky, when, given]), 'hex').slice(0, 8);
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

/**
 * Each arm begins where it would begin if all users took part, and is as long as its share. So arms can grow, and as
 * long as their ratio stays the same, nobody changes from one to another (as the ranges of GrowthBook's SDKs:
 * https://docs.growthbook.io/lib/build-your-own). `widths`: whole numbers of buckets.
 */
function rangesOf(widths: readonly number[]): { readonly from: number; readonly to: number }[] {
  const sum = widths.reduce((total, width) => total + width, 0);
  let before = 0;
  return widths.map((width) => {
    const from = Math.floor((before * BUCKETS) / Math.max(1, sum));
    before += width;
    return { from, to: from + width };
  });
}
