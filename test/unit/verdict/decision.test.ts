import { describe, expect, it } from 'vitest';
import type { BlockClock, Check, RouteEvidence, Test } from '../../../src/model/route-evidence.ts';
import { DEFAULT_VERDICT_SETTINGS as SETTINGS } from '../../../src/model/verdict-settings.ts';
import { alarm } from '../../../src/verdict/alarm.ts';
import { advanced, NO_BLOCK } from '../../../src/verdict/block-clock.ts';
import { decideRoute } from '../../../src/verdict/decision.ts';
import { decideService, type Fault, worst } from '../../../src/verdict/service-decision.ts';
import { addSigns, noSigns } from '../../../src/verdict/signs.ts';

type Counts = { readonly worse: number; readonly better: number };

/** A route with so many seconds of 100 exchanges, of which each has these counts. */
function route(seconds: number, counts: Partial<Record<Check, Counts>> = {}, name = 'orders'): RouteEvidence {
  const checks = Object.entries({ slower: { worse: 30, better: 70 }, ...counts }) as [Check, Counts][];
  let clock: BlockClock = NO_BLOCK;
  let tests: Test[] = checks.map(([check], at) => ({
    check,
    ...(check === 'difference' || check === 'mismatch' ? { place: { path: '$.total', kind: 'value' } } : {}),
    rank: at + 1,
    signs: noSigns(clock),
  }));
  for (let second = 0; second < seconds; second++) {
    clock = advanced(clock, second * 1000, 100);
    tests = tests.map((test, at) => ({ ...test, signs: addSigns(test.signs, clock, checks[at]![1]) }));
  }
  const mismatches = (counts.difference?.worse ?? counts.mismatch?.worse ?? 0) * seconds;
  return { route: name, clock, tests, mismatches, accepted: 0, expected: [] };
}

const service = (routes: readonly RouteEvidence[], faults: readonly Fault[] = [], shed = 0, paused = 0) =>
  decideService({ routes, faults, shed, paused }, SETTINGS);

describe('a route', () => {
  it('passes when nothing differs, nothing fails, and it is no slower', () => {
    expect(decideRoute(route(60), SETTINGS)).toMatchObject({ answer: 'pass', needs: [], exchanges: 6_000 });
  });

  it('is inconclusive before that, and says about how many exchanges more would do', () => {
    const { answer, needs } = decideRoute(route(30), SETTINGS);
    expect(answer).toBe('inconclusive');
    const [mismatches, failures] = needs;
    expect(mismatches).toMatchObject({ what: 'mismatches' });
    expect(failures).toMatchObject({ what: 'failures' });
    expect(mismatches!.exchanges! + 3_000).toBeGreaterThan(4_400);
    expect(mismatches!.exchanges! + 3_000).toBeLessThan(5_100);
  });

  it.each<Check>(['difference', 'mismatch', 'failure', 'slower', 'tail'])(
    'harm is proven by each check: %s',
    (check) => {
      const { answer, findings } = decideRoute(route(60, { [check]: { worse: 60, better: 0 } }), SETTINGS);
      expect(answer).toBe('regression');
      expect(findings[0]).toMatchObject({ check, state: 'harm', worse: 3_600, better: 0 });
      expect(findings[0]!.evidence).toBeGreaterThan(findings[0]!.alarm);
    },
  );

  describe('asked about another margin than its times were held against', () => {
    const measured = (seconds: number, slower?: Counts): RouteEvidence => ({
      ...route(seconds, slower === undefined ? {} : { slower }),
      margin: 0.05,
    });

    it('proves no pass of a narrower one, though harm stays proven', () => {
      const narrower = { ...SETTINGS, margin: 0.02 };
      expect(decideRoute(measured(60), SETTINGS).answer).toBe('pass');
      expect(decideRoute(measured(60), narrower)).toMatchObject({
        answer: 'inconclusive',
        needs: [{ what: 'margin' }],
      });
      expect(decideRoute(measured(60, { worse: 70, better: 30 }), narrower).answer).toBe('regression');
    });

    it('proves no harm under a wider one, though a pass stays proven', () => {
      const wider = { ...SETTINGS, margin: 0.2 };
      expect(decideRoute(measured(60), wider).answer).toBe('pass');
      const slower = measured(60, { worse: 70, better: 30 });
      expect(decideRoute(slower, SETTINGS).answer).toBe('regression');
      expect(decideRoute(slower, wider)).toMatchObject({ answer: 'inconclusive', needs: [{ what: 'margin' }] });
    });
  });

  it('what the control does as often is no harm', () => {
    const { answer, findings } = decideRoute(route(400, { difference: { worse: 20, better: 20 } }), SETTINGS);
    expect(answer).not.toBe('regression');
    expect(findings.every(({ state }) => state !== 'harm')).toBe(true);
  });

  it('mismatches that are expected do not stand in the way of a pass', () => {
    const input = { ...route(60), mismatches: 600 };
    expect(decideRoute(input, SETTINGS).answer).toBe('inconclusive');
    expect(decideRoute({ ...input, accepted: 600 }, SETTINGS).answer).toBe('pass');
  });

  it('more mismatches than the limit allows are needed to be fewer, which no number of exchanges brings about', () => {
    const { needs } = decideRoute({ ...route(60), mismatches: 600 }, SETTINGS);
    expect(needs).toContainEqual({ what: 'mismatches' });
  });

  it('does not pass without latencies', () => {
    const untimed = { ...route(60), tests: [] };
    expect(decideRoute(untimed, SETTINGS)).toMatchObject({ answer: 'inconclusive', needs: [{ what: 'latency' }] });
  });

  it('does not pass while harm is likely though not proven', () => {
    const { answer, needs } = decideRoute(route(60, { tail: { worse: 0, better: 0 } }), SETTINGS);
    expect([answer, needs]).toEqual(['pass', []]);
    const quiet = route(600);
    const late = { clock: quiet.clock, signs: noSigns(quiet.clock) };
    for (let second = 0; second < 15; second++) {
      late.clock = advanced(late.clock, 600_000 + second * 1000, 100);
      late.signs = addSigns(late.signs, late.clock, { worse: 1, better: 0 });
    }
    const test: Test = { check: 'difference', place: { path: '$.total', kind: 'value' }, rank: 1, signs: late.signs };
    const known = { ...quiet, clock: late.clock, tests: [...quiet.tests, test], mismatches: 15 };
    expect(decideRoute(known, SETTINGS)).toMatchObject({
      answer: 'inconclusive',
      needs: [{ what: 'suspicion' }],
    });
  });
});

describe('a service', () => {
  it('passes where the routes that pass have nearly all exchanges; the others are inconclusive', () => {
    const { answer, routes, covered } = service([route(600), route(5, {}, 'rare')]);
    expect(answer).toBe('pass');
    expect(routes.map((each) => [each.route, each.answer])).toEqual([
      ['orders', 'pass'],
      ['rare', 'inconclusive'],
    ]);
    expect(covered).toBeCloseTo(600 / 605);
  });

  it('is inconclusive where too many exchanges are on routes that are not judged', () => {
    expect(service([route(600), route(20, {}, 'half known')]).answer).toBe('inconclusive');
  });

  it('harm on the rarest route is a regression', () => {
    const rare = route(60, { difference: { worse: 1, better: 0 } }, 'rare');
    expect(service([route(60_000 / 100), rare])).toMatchObject({
      answer: 'regression',
      routes: [{ route: 'rare' }, {}],
    });
  });

  it('is invalid without any data, and with too many copies lost', () => {
    expect(service([])).toMatchObject({ answer: 'invalid', faults: [{ name: 'no_data' }] });
    expect(service([route(60)], [], 59).answer).toBe('pass');
    expect(service([route(60)], [], 100)).toMatchObject({ answer: 'invalid', faults: [{ name: 'shed' }] });
  });

  it.each(['gap', 'clock_jumped', 'shadow_restarted', 'control_fails'] as const)(
    'never passes with a fault: %s',
    (name) => {
      const fault = { name, detail: 'seen' };
      expect(service([route(60)], [fault])).toMatchObject({ answer: 'inconclusive', faults: [fault] });
      expect(service([route(60, { failure: { worse: 9, better: 0 } })], [fault]).answer).toBe('regression');
    },
  );

  it('says nothing at all when the verdict itself fails its test', () => {
    const harmed = route(60, { failure: { worse: 9, better: 0 } });
    expect(service([harmed], [{ name: 'self_test', detail: 'it fails' }]).answer).toBe('invalid');
  });

  it('has settings by route', () => {
    const settings = { ...SETTINGS, routes: { orders: { minExchanges: 10_000 } } };
    const { routes } = decideService({ routes: [route(60)], faults: [], shed: 0, paused: 0 }, settings);
    expect(routes[0]!.needs).toEqual([{ what: 'exchanges', exchanges: 4_000 }]);
  });
});

it('the worst of several services counts', () => {
  expect(worst(['pass', 'inconclusive', 'regression', 'invalid'])).toBe('regression');
  expect(worst(['pass', 'inconclusive', 'invalid'])).toBe('invalid');
  expect(worst(['pass', 'pass'])).toBe('pass');
  expect(worst([])).toBe('invalid');
});

it('all tests of a family together alarm no more often than α allows, however many they are', () => {
  let spent = 0;
  for (let rank = 1; rank <= 10_000; rank++) spent += Math.exp(-alarm(0.001, rank));
  expect(2 * spent).toBeLessThan(0.001);
});
