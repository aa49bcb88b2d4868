/** What a route still needs to pass: everything that is uncertain, with the number of exchanges that it takes. */

import type { SignCounts } from '../model/pair-signs.ts';
import type { Check, RouteEvidence, Test } from '../model/route-evidence.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import { alarm } from './alarm.ts';
import { askedMargin } from './asked-margin.ts';
import { excessBelow } from './e-values.ts';
import { closed, logEvidence, logReverse } from './signs.ts';

/**
 * `margin`: times were recorded with another margin than the one asked about. `suspicion`: harm is likely, but not
 * proven.
 */
export const NEEDS = ['exchanges', 'mismatches', 'failures', 'latency', 'margin', 'suspicion'] as const;

export interface Need {
  readonly what: (typeof NEEDS)[number];
  /** About how many more, at the previous rates; absent if more of the same will not be enough. */
  readonly exchanges?: number;
}

/** The allowed probability that a pass is wrong. */
const DOUBT = 0.05;

export function isProven(logEvidence: number): boolean {
  return logEvidence >= -Math.log(DOUBT);
}

/** If this many times the exchanges would not be enough, the need counts as not reachable. */
const HOPELESS = 200;

/** The exchanges that show the rate of mismatches: all, or those since a rule was removed. */
export interface Sample {
  readonly exchanges: number;
  /** Mismatches that are neither accepted nor expected. */
  readonly mismatches: number;
}

export function sampleOf({ clock, mismatches, accepted }: RouteEvidence): Sample {
  const before = clock.anew ?? { exchanges: 0, mismatches: 0 };
  return {
    exchanges: clock.exchanges - before.exchanges,
    mismatches: Math.max(Math.min(mismatches - accepted, mismatches - before.mismatches), 0),
  };
}

export function needsOf(evidence: RouteEvidence, settings: VerdictSettings): readonly Need[] {
  const { clock, tests } = evidence;
  const signsOf = (check: Check) => tests.find((test) => test.check === check && test.signature === undefined)?.signs;
  const failures = signsOf('failure')?.total ?? { worse: 0, better: 0 };
  const { exchanges } = clock;
  const sample = sampleOf(evidence);
  const { epsilon, minExchanges } = settings;
  const needs: Need[] = [];
  if (sample.exchanges < minExchanges) needs.push({ what: 'exchanges', exchanges: minExchanges - sample.exchanges });
  const certain = (scale: number, { worse, better }: SignCounts, of: number) =>
    isProven(excessBelow(epsilon, { worse: worse * scale, better: better * scale, exchanges: of * scale }));
  const isRare = (scale: number) => certain(scale, { worse: sample.mismatches, better: 0 }, sample.exchanges);
  if (!isRare(1)) needs.push(need('mismatches', sample.exchanges, isRare));
  if (!certain(1, failures, exchanges))
    needs.push(need('failures', exchanges, (scale) => certain(scale, failures, exchanges)));
  const counts = (check: Check) => check !== 'slower' || askedMargin(evidence, settings) !== 'wider';
  const isSuspect = ({ rank, signs }: Test) => logEvidence(closed(signs, clock), clock) >= alarm(DOUBT, rank);
  if (tests.some((test) => counts(test.check) && isSuspect(test))) needs.push({ what: 'suspicion' });
  const latency = latencyNeed(evidence, settings);
  return latency === undefined ? needs : [...needs, latency];
}

function latencyNeed(evidence: RouteEvidence, settings: VerdictSettings): Need | undefined {
  const { clock, tests } = evidence;
  const slower = tests.find(({ check }) => check === 'slower')?.signs;
  if (slower === undefined) return { what: 'latency' };
  const asked = askedMargin(evidence, settings);
  if (asked === 'narrower') return { what: 'margin' };
  const signs = closed(slower, clock);
  if (isProven(logReverse(signs, clock))) return undefined;
  const { afterWorse, afterBetter } = signs;
  const times = ({ worse, better }: SignCounts, scale: number) => ({ worse: worse * scale, better: better * scale });
  const grown = (scale: number) => ({ afterWorse: times(afterWorse, scale), afterBetter: times(afterBetter, scale) });
  const lacking = need('latency', clock.exchanges, (scale) => isProven(logReverse(grown(scale), clock)));
  return asked === 'wider' && lacking.exchanges === undefined ? { what: 'margin' } : lacking;
}

/**
 * `isEnough`: whether so many times the exchanges would be. Once it is true it stays true: evidence, as the logarithm of
 * a mean of exponentials of the scale, is convex in it, and 0 at 0.
 */
function need(what: Need['what'], exchanges: number, isEnough: (scale: number) => boolean): Need {
  if (exchanges === 0) return { what };
  const most = Math.max(HOPELESS, MOST_EXCHANGES / exchanges);
  let enough = SCALES.findLastIndex((scale) => scale <= most);
  if (!isEnough(SCALES[enough]!)) return { what };
  let short = -1;
  while (enough - short > 1) {
    const middle = (short + enough) >> 1;
    if (isEnough(SCALES[middle]!)) enough = middle;
    else short = middle;
  }
  return { what, exchanges: Math.ceil(exchanges * (SCALES[enough]! - 1)) };
}

const MOST_EXCHANGES = 20_000;

/** Each is 1.1 times the one before, from 1 on. */
const SCALES: readonly number[] = (() => {
  const scales = [1];
  while (scales.at(-1)! < MOST_EXCHANGES) scales.push(scales.at(-1)! * 1.1);
  return scales;
})();
