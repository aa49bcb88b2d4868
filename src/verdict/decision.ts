/** From evidence to an answer. Pure: the same evidence always gives the same verdict. */

import type { Answer } from '../model/answer.ts';
import type { Place } from '../model/difference.ts';
import type { BlockClock, Check, ExpectedSignature, RouteEvidence, Test } from '../model/route-evidence.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import { alarm } from './alarm.ts';
import { askedMargin } from './asked-margin.ts';
import { rateInterval } from './interval.ts';
import { isProven, type Need, needsOf, type Sample, sampleOf } from './needs.ts';
import { closed, logRateAbove, logReverse } from './signs.ts';

/** A test on one route. */
export interface Finding {
  readonly check: Check;
  readonly place?: Place;
  /** In place of a place, the id of a signature. */
  readonly signature?: string;
  /** `harm`: harm is proven. `cleared`: its absence is proven. */
  readonly state: 'harm' | 'cleared' | 'open';
  /** Exchanges in which only the shadow was bad, in which only the other was, and all exchanges. */
  readonly worse: number;
  readonly better: number;
  readonly exchanges: number;
  /** The interval of the rate of `worse`, with a certainty of 1 − α whenever it is looked at. */
  readonly between: readonly [low: number, high: number];
  /** log10 of E, and of what it must reach. */
  readonly evidence: number;
  readonly alarm: number;
}

export interface RouteDecision {
  readonly route: string;
  readonly answer: Exclude<Answer, 'invalid'>;
  readonly exchanges: number;
  readonly mismatches: number;
  readonly sample: Sample;
  /** Mismatches that are accepted or expected by now, or that the baseline had as well. */
  readonly accepted: number;
  readonly expected: readonly ExpectedSignature[];
  /** Harm first, then by evidence. */
  readonly findings: readonly Finding[];
  readonly needs: readonly Need[];
}

export function decideRoute(evidence: RouteEvidence, settings: VerdictSettings): RouteDecision {
  const { route, clock, mismatches, accepted, expected } = evidence;
  const findings = evidence.tests
    .map((test) => findingOf(test, evidence, settings))
    .sort(
      (a, b) =>
        Number(b.state === 'harm') - Number(a.state === 'harm') || b.evidence - b.alarm - (a.evidence - a.alarm),
    );
  const needs = needsOf(evidence, settings);
  const harmed = findings.some(({ state }) => state === 'harm');
  return {
    route,
    answer: harmed ? 'regression' : needs.length === 0 ? 'pass' : 'inconclusive',
    exchanges: clock.exchanges,
    mismatches,
    sample: sampleOf(evidence),
    accepted,
    expected,
    findings,
    needs,
  };
}

/** Whether harm is proven; one proof is enough. */
export function isHarmed({ clock, tests }: RouteEvidence, settings: VerdictSettings): boolean {
  return tests.some((test) => evidenceOf(test, clock, settings) >= alarm(settings.alpha, test.rank));
}

/** ln E. */
function evidenceOf({ check, signs }: Test, clock: BlockClock, { epsilon }: VerdictSettings): number {
  const now = closed(signs, clock);
  return check === 'mismatch' ? logRateAbove(epsilon, now, clock) : now.peak;
}

function findingOf(test: Test, evidence: RouteEvidence, settings: VerdictSettings): Finding {
  const { check, place, signature, rank, signs } = test;
  const { clock } = evidence;
  const now = closed(signs, clock);
  const { worse, better } = now.total;
  const exchanges = Math.max(clock.exchanges - now.since.exchanges, worse + better);
  const needed = alarm(settings.alpha, rank);
  const log = evidenceOf(test, clock, settings);
  const asked = check === 'slower' ? askedMargin(evidence, settings) : 'measured';
  const isCleared = check === 'slower' && asked !== 'narrower' && isProven(logReverse(now, clock));
  return {
    check,
    ...(place !== undefined && { place }),
    ...(signature !== undefined && { signature }),
    state: log >= needed && asked !== 'wider' ? 'harm' : isCleared ? 'cleared' : 'open',
    worse,
    better,
    exchanges,
    between: rateInterval(worse, exchanges, settings.alpha),
    evidence: log / Math.LN10,
    alarm: needed / Math.LN10,
  };
}
