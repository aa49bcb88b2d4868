import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { verdict as strict } from '../../../src/admin/verdict-schema.ts';
import { lasting } from '../../../src/lib/figures.ts';
import type { LegName } from '../../../src/model/exchange.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../../src/model/verdict-settings.ts';
import { readVerdict } from '../../../src/results/verdict.ts';

import { flush, rehearsal, signature } from '../../support/flushes.ts';
import { CONFIGURED, good, NOON, type Part, stored, times } from '../../support/judged.ts';

const TOTAL = { path: '$.total', kind: 'value' } as const;

const verdictOf = async (seconds: readonly Part[], query: object = {}) =>
  readVerdict(await stored(seconds), { now: NOON, ...query });

it('a pass says what was found, and how sure that is', async () => {
  const { verdict, services } = await verdictOf(times(60, good()));
  expect(verdict).toBe('pass');
  expect(services).toMatchObject([{ service: 'default', verdict: 'pass', exchanges: 6_000, covered: 1, faults: [] }]);
  expect(services[0]!.reasons).toEqual([
    'orders: no mismatch in 6,000 exchanges, at most 0.1%; its times are within 5%',
  ]);
});

it('a pass begins with what passed; a route of which nothing was compared is named at the end, and is no doubt', async () => {
  const unseen = good('writes', { 'skipped:method': 1 });
  const { verdict, services } = await verdictOf([unseen, ...times(60, good())]);
  expect(verdict).toBe('pass');
  expect(services[0]!.reasons).toEqual([
    expect.stringContaining('orders: no mismatch'),
    'writes: nothing was compared',
  ]);
});

it('a regression says where, how often, and by which evidence', async () => {
  const evidence = [{ route: 'orders', ...TOTAL, shadowOnly: 1, controlOnly: 0, both: 0 }];
  const bad = { ...good('orders', { match: 99, mismatch: 1 }), evidence };
  const { verdict, services } = await verdictOf([...times(40, bad), ...times(20, good())]);
  expect(verdict).toBe('regression');
  expect(services[0]!.reasons[0]).toMatch(
    /^orders: \$\.total \(value\) differs in 40 of 6,000 exchanges and never in the control alone; E = \d·10\^\d+, alarm at 4,000$/,
  );
  expect(services[0]!.routes[0]!.checks[0]).toMatchObject({ check: 'difference', ...TOTAL, state: 'harm', worse: 40 });
});

it('what is not certain yet says how much more that takes, and how long', async () => {
  const { verdict, services } = await verdictOf(times(30, good()));
  expect(verdict).toBe('inconclusive');
  const [reason] = services[0]!.reasons;
  expect(reason).toMatch(
    /^orders: 0 mismatches in 3,000 exchanges: at most 0.1% is not certain; .* about 1,\d{3} more exchanges at this rate: \d+ s$/,
  );
  expect(services[0]!.routes[0]!.needs).toContainEqual(
    expect.objectContaining({ what: 'mismatches', exchanges: expect.any(Number), milliseconds: expect.any(Number) }),
  );
});

it('takes the rate from when the rehearsal began, not from the start of that minute', async () => {
  const begun = rehearsal({ begunAt: NOON + 40_000 });
  const before = { rehearsal: rehearsal({ version: 'before' }) };
  const { services } = await verdictOf([...times(40, before), ...times(20, { ...good(), rehearsal: begun })]);
  const need = services[0]!.routes[0]!.needs.find(({ what }) => what === 'mismatches')!;
  // 2,000 exchanges in the 19 s to the last flush.
  expect(need.milliseconds! / need.exchanges!).toBeCloseTo(9.5);
});

it('says why it can not be told how much more that takes, beside what can', async () => {
  const { services } = await verdictOf([good()]);
  expect(services[0]!.reasons[0]).toMatch(
    /within the margin is not certain, and what came so far does not tell how many more exchanges that takes; at least [\d,]+ more exchanges at this rate$/,
  );
  const many = await verdictOf(times(5, good('orders', { match: 50, mismatch: 50 })));
  expect(many.services[0]!.reasons[0]).toContain(
    '250 mismatches in 500 exchanges: at most 0.1% is not certain, and at this rate more exchanges hardly make it so; ',
  );
});

it('asked with other settings it judges by these', async () => {
  const seconds = times(30, good());
  expect((await verdictOf(seconds, { overrides: { epsilon: 0.01 } })).verdict).toBe('pass');
  expect((await verdictOf(seconds, { overrides: { epsilon: 0.01, minExchanges: 5_000 } })).verdict).toBe(
    'inconclusive',
  );
});

it('asked for one route it says nothing of the others', async () => {
  const seconds = [...times(60, good()), ...times(3, good('rare'))];
  const { verdict, services } = await verdictOf(seconds, { route: 'rare' });
  expect(verdict).toBe('inconclusive');
  expect(services[0]!.routes.map(({ route }) => route)).toEqual(['rare']);
});

it('asked for a route that has no results it says which have', async () => {
  const reasons = async (seconds: readonly Part[]) =>
    (await verdictOf(seconds, { route: 'order' })).services.flatMap((each) => each.reasons);
  expect(await reasons([good(), good('users')])).toEqual([
    'no request of the route "order" was recorded yet (did you mean "orders"?); recorded: orders, users',
  ]);
  expect(await reasons(times(12, good()).map((_, at) => good(`r${at}`)))).toEqual([
    expect.stringMatching(/^no request of the route "order" was recorded yet; recorded: (r\d+, ){10}and 2 more$/),
  ]);
});

/** A second of 100 exchanges, each measured at these legs. */
function measured(...legs: readonly LegName[]): Part {
  const second = good().routes!['orders']!;
  return { routes: { orders: { ...second, legs: Object.fromEntries(legs.map((leg) => [leg, times(100, 5)])) } } };
}

it('a service that never had a control is not missing it, and one that has it is not either', async () => {
  const faults = async (...legs: readonly LegName[]) =>
    (await verdictOf(times(60, measured(...legs)))).services[0]!.faults;
  expect(await faults('primary', 'shadow')).toEqual([]);
  expect(await faults('primary', 'shadow', 'control')).toEqual([]);
  const failing = { routes: { orders: { requests: 3, endings: { primary_failed: 3 } } } };
  const { services } = await verdictOf([failing, ...times(60, measured('primary', 'shadow'))]);
  expect(services[0]!.faults).toEqual([]);
});

describe('never passes', () => {
  it.each<[string, readonly Part[], string, string]>([
    [
      'without any data',
      [{ routes: { orders: { requests: 5, endings: { 'skipped:method': 5 } } } }],
      'invalid',
      'no_data',
    ],
    ['with copies lost', times(60, good('orders', { match: 98, 'skipped:tape_full': 2 })), 'invalid', 'shed'],
    [
      'where much came while mirroring was paused',
      times(60, good('orders', { match: 98, 'skipped:paused': 2 })),
      'inconclusive',
      'paused',
    ],
    [
      'with a shadow that was away',
      [...times(60, good()), good('orders', { match: 99, shadow_unreachable: 1 })],
      'inconclusive',
      'shadow_restarted',
    ],
    [
      'with a control that fails',
      times(60, { routes: { orders: { ...good().routes!['orders'], signs: { failure: { worse: 0, better: 9 } } } } }),
      'inconclusive',
      'control_fails',
    ],
    [
      'with a control that is gone after a while',
      [...times(30, good()), ...times(30, measured('primary', 'shadow'))],
      'inconclusive',
      'control_fails',
    ],
    [
      'with a control that never was there',
      [
        { routes: { orders: { endings: { match: 20 }, signs: { failure: { worse: 0, better: 20 } } } } },
        ...times(60, measured('primary', 'shadow')),
      ],
      'inconclusive',
      'control_fails',
    ],
  ])('%s', async (_, seconds, verdict, fault) => {
    const found = await verdictOf(seconds);
    expect(found.verdict).toBe(verdict);
    const { faults } = found.services[0]!;
    expect(faults.map(({ name }) => name)).toContain(fault);
    for (const { detail } of faults) expect(detail).toMatch(/; .*(rehearsal new|the outcomes of the report)/);
  });

  it('with a clock that was set back', async () => {
    const store = await stored(times(60, good()));
    await store.write(flush({ sequence: 61, at: NOON - 60_000, configured: CONFIGURED, ...good() }));
    const { verdict, services } = await readVerdict(store, { now: NOON });
    expect([verdict, services[0]!.faults[0]!.name]).toEqual(['inconclusive', 'clock_jumped']);
  });

  it.each([20_000, -20_000])('with a clock that was set by %d ms while nothing came', async (milliseconds) => {
    const store = await stored(times(60, good()));
    await store.write(flush({ sequence: 61, at: NOON + 61_000, clockJumps: [milliseconds], configured: CONFIGURED }));
    await store.write(flush({ sequence: 62, at: NOON + 62_000, configured: CONFIGURED, ...good() }));
    const { verdict, services } = await readVerdict(store, { now: NOON });
    expect([verdict, services[0]!.faults]).toEqual([
      'inconclusive',
      [
        {
          name: 'clock_jumped',
          detail: `the clock of this machine was set ${milliseconds > 0 ? 'ahead' : 'back'}; begin a new rehearsal (understudy rehearsal new)`,
        },
      ],
    ]);
  });

  it('with settings that nobody told, or with nothing recorded at all', async () => {
    const untold = await readVerdict(await stored(times(60, good()), 'none'), { now: NOON });
    expect(untold).toMatchObject({ verdict: 'invalid', services: [{ faults: [{ name: 'no_data' }] }] });
    expect(await readVerdict(await stored([]), { now: NOON })).toMatchObject({ verdict: 'invalid', services: [] });
  });
});

it('copies that were never to be sent are no loss', async () => {
  const endings = { match: 100, 'skipped:method': 50, 'skipped:unsampled': 40, 'skipped:disabled': 10 };
  const { verdict, services } = await verdictOf(times(60, good('orders', endings)));
  expect(verdict).toBe('pass');
  expect(services[0]).toMatchObject({ requests: 12_000, shed: 0, skipped: 0.5, unsampled: 0.2 });
});

it('a short pause is told, and no doubt; whatever was proven beside a long one stays', async () => {
  const short = await verdictOf([...times(60, good()), good('orders', { match: 80, 'skipped:paused': 20 })]);
  expect(short.verdict).toBe('pass');
  expect(short.services[0]).toMatchObject({ shed: 0, skipped: 0, paused: 20 / 6_100, faults: [] });
  const evidence = [{ route: 'orders', ...TOTAL, shadowOnly: 1, controlOnly: 0, both: 0 }];
  const bad = { ...good('orders', { match: 49, mismatch: 1, 'skipped:paused': 50 }), evidence };
  const long = await verdictOf(times(60, bad));
  expect(long.verdict).toBe('regression');
  expect(long.services[0]!.reasons).toContainEqual(expect.stringMatching(/^50\.0% of the copies were not made while/));
});

it('mismatches that a rule accepts by now are named, and stand in no way', async () => {
  const mismatching = {
    ...good('orders', { match: 90, mismatch: 10 }),
    signatures: [signature({ count: 10, lastSeen: NOON })],
    evidence: [{ route: 'orders', ...TOTAL, shadowOnly: 10, controlOnly: 0, both: 0 }],
  };
  const accepted = {
    ...good('orders', { match: 90, accepted: 10 }),
    signatures: [signature({ id: 'accepted', ending: 'accepted', count: 10 })],
  };
  const before = await verdictOf(times(60, mismatching));
  expect(before.verdict).toBe('regression');
  const { verdict, services } = await verdictOf([...times(60, mismatching), ...times(60, accepted)]);
  expect(verdict).toBe('pass');
  expect(services[0]!.routes[0]).toMatchObject({ mismatches: 600, accepted: 600 });
  expect(services[0]!.reasons[0]).toContain('no mismatch, 600 accepted in 12,000 exchanges');
});

it('is of the shape that is published, whatever it says', async () => {
  const schema = new URL('../../../config/verdict.schema.json', import.meta.url);
  const published = z.fromJSONSchema(JSON.parse(readFileSync(schema, 'utf8')));
  const evidence = [{ route: 'orders', ...TOTAL, shadowOnly: 5, controlOnly: 0, both: 0 }];
  const failing = good('orders', { match: 90, mismatch: 5, shadow_timeout: 5, 'skipped:tape_full': 5 });
  const store = await stored(times(30, { ...failing, evidence, signatures: [signature({ count: 5 })] }));
  await store.mark({ ids: ['s1'], mark: { state: 'expected', reason: 'a', owner: 'b', until: NOON * 2, markedAt: 1 } });
  const verdict = await readVerdict(store, { now: NOON });
  expect(verdict.services[0]!.expected).toHaveLength(1);
  for (const each of [verdict, await verdictOf([]), await verdictOf(times(60, good()))]) {
    const text = JSON.parse(JSON.stringify(each));
    expect(strict.parse(text)).toEqual(text);
    expect(published.parse({ ...text, more: 1 })).toMatchObject(text);
  }
  expect(published.safeParse({ ...verdict, verdict: 'perhaps' }).success).toBe(false);
  expect(published.safeParse({ ...verdict, services: undefined }).success).toBe(false);
});

it('a rule that goes leaves nothing of what it accepted for a pass', async () => {
  const rule = { rule: '{path: $.total, ignore: true}', origin: 'a.yaml:1' };
  const accepted = {
    ...good('orders', { match: 90, accepted: 10 }),
    signatures: [signature({ id: 'accepted', ending: 'accepted', count: 10 })],
    rules: [{ route: 'orders', hits: 10, ...rule }],
    configured: { rules: [rule] },
  };
  expect(await verdictOf(times(60, accepted))).toMatchObject({ verdict: 'pass' });
  const gone = await verdictOf([...times(60, accepted), ...times(30, good())]);
  expect(gone.verdict).toBe('inconclusive');
  expect(gone.services[0]!.reasons[0]).toContain(
    '0 mismatches in 2,900 exchanges since a rule went: at most 0.1% is not certain',
  );
  expect(await verdictOf([...times(60, accepted), ...times(60, good())])).toMatchObject({ verdict: 'pass' });
});

it('is of the present rehearsal alone', async () => {
  const evidence = [{ route: 'orders', ...TOTAL, shadowOnly: 10, controlOnly: 0, both: 0 }];
  const old = { ...good('orders', { match: 90, mismatch: 10 }), evidence, rehearsal: rehearsal({ version: '1' }) };
  const present = { ...good(), rehearsal: rehearsal({ version: '2', begunAt: NOON, presentSince: NOON }) };
  const { verdict, services } = await verdictOf([...times(60, old), ...times(60, present)]);
  expect(verdict).toBe('pass');
  expect(services).toMatchObject([{ version: '2', exchanges: 6_000 }]);
});

it('has the settings that the store was told last', async () => {
  const store = await stored(times(30, good()), {
    ...CONFIGURED,
    verdict: { ...DEFAULT_VERDICT_SETTINGS, epsilon: 0.01 },
  });
  expect(await readVerdict(store, { now: NOON })).toMatchObject({
    verdict: 'pass',
    services: [{ settings: { epsilon: 0.01 } }],
  });
});

it.each([
  [1, '1 s'],
  [59_500, '60 s'],
  [240_000, '4 min'],
  [3 * 3_600_000, '3.0 h'],
  [5 * 86_400_000, '5 days'],
])('%d ms are %s', (milliseconds, words) => {
  expect(lasting(milliseconds)).toBe(words);
});
