import { describe, expect, it } from 'vitest';
import type { Place } from '../../../src/model/difference.ts';
import { readVerdict } from '../../../src/results/verdict.ts';
import { flush, rehearsal, signature } from '../../support/flushes.ts';
import { CONFIGURED, good, NOON, type Part, stored, times } from '../../support/judged.ts';

const TOTAL = { path: '$.total', kind: 'value' } as const;
const TAX = { path: '$.tax', kind: 'added' } as const;
const DAY = 86_400_000;

type Control = 'control' | 'none';

/** A second in which so many of 100 exchanges have that signature. */
function differing(id: string, places: readonly Place[], count: number, control: Control = 'control'): Part {
  const { routes } = good('orders', { match: 100 - count, mismatch: count });
  const { control: _, ...alone } = routes!['orders']!.legs!;
  const legs = control === 'control' ? routes!['orders']!.legs! : alone;
  const evidence = places.map((place) => ({ route: 'orders', ...place, shadowOnly: count, controlOnly: 0, both: 0 }));
  return {
    routes: { orders: { ...routes!['orders'], legs } },
    signatures: [signature({ id, places, count })],
    ...(control === 'control' && { evidence }),
  };
}

const MARK = { state: 'expected', reason: 'the new tax rate', owner: 'ann', markedAt: NOON } as const;

async function judged(seconds: readonly Part[], expected: readonly string[], { now = NOON, until = NOON + DAY } = {}) {
  const store = await stored(seconds);
  await store.mark({ ids: expected, mark: { ...MARK, until } });
  const { services } = await readVerdict(store, { now });
  return services[0]!;
}

describe.each<Control>(['control', 'none'])('what is expected (control: %s)', (control) => {
  const total = differing('of-total', [TOTAL], 10, control);
  const both = differing('of-both', [TAX, TOTAL], 1, control);
  const rest = good('orders');
  const usual = control === 'control' ? rest : differing('none', [], 0, control);

  it('counts as accepted, and is named', async () => {
    const { verdict, reasons, expected, routes } = await judged(times(60, total), ['of-total']);
    expect(verdict).toBe('pass');
    expect(reasons).toEqual([
      expect.stringMatching(/^orders: no mismatch, 600 accepted in 6,000 exchanges/),
      '1 signature is expected: the new tax rate (ann, until 2026-11-04); 600 exchanges on orders',
    ]);
    const summary = { reason: 'the new tax rate', owner: 'ann', until: NOON + DAY, signatures: ['of-total'] };
    expect(expected).toEqual([{ ...summary, routes: ['orders'], exchanges: 600 }]);
    expect(routes[0]).toMatchObject({ mismatches: 600, accepted: 600 });
  });

  it('counts again when its time is over, and so does what is fixed', async () => {
    expect(await judged(times(60, total), ['of-total'], { now: NOON + DAY })).toMatchObject({
      verdict: 'regression',
      expected: [],
    });
    const store = await stored(times(60, total));
    await store.mark({ ids: ['of-total'], mark: { state: 'fixed', markedAt: NOON } });
    expect(await readVerdict(store, { now: NOON })).toMatchObject({ verdict: 'regression' });
  });

  it('hides no other place', async () => {
    const { verdict, reasons } = await judged([...times(60, total), ...times(60, both)], ['of-total']);
    expect(verdict).toBe('regression');
    expect(reasons[0]).toContain('orders: $.tax (added) differs in 60 of');
    expect(reasons.some((reason) => reason.includes('$.total'))).toBe(false);
  });

  it('hides no other signature at the same places', async () => {
    const same = differing('other-status', [TOTAL], 1, control);
    const seconds = [...times(60, total), ...times(60, same)];
    const { verdict, reasons, routes } = await judged(seconds, ['of-total']);
    expect(verdict).toBe('regression');
    expect(reasons[0]).toMatch(/^orders: signature other-status differs in 60 of/);
    expect(routes[0]!.checks[0]).toMatchObject({ signature: 'other-status', state: 'harm', worse: 60 });
    expect(await judged(seconds, ['of-total', 'other-status'])).toMatchObject({ verdict: 'pass' });
  });

  it('proves nothing of a signature that was seen once at the same place', async () => {
    const once = differing('other-status', [TOTAL], 1, control);
    const { verdict } = await judged([...times(60, total), once, ...times(30, usual)], ['of-total']);
    expect(verdict).not.toBe('regression');
  });
});

it('a control that differs as often clears the other signatures at the places of what is expected', async () => {
  const total = differing('of-total', [TOTAL], 10);
  const same = differing('other-status', [TOTAL], 1);
  const controls = { ...good(), evidence: [{ route: 'orders', ...TOTAL, shadowOnly: 0, controlOnly: 1, both: 0 }] };
  const seconds = Array.from({ length: 120 }, (_, second) => (second % 2 === 0 ? same : controls));
  const { routes } = await judged([...times(60, total), ...seconds], ['of-total']);
  expect(routes[0]!.checks).toContainEqual(
    expect.objectContaining({ signature: 'other-status', worse: 60, better: 60 }),
  );
  expect(routes[0]!.verdict).not.toBe('regression');
});

it('is known by its new name when its route turns out to be another', async () => {
  const store = await stored(times(60, differing('of-total', [TOTAL], 10)));
  const signs = { routes: {}, renamings: [{ from: 'orders', to: '/:id' }] };
  await store.mark({ ids: ['of-total'], mark: MARK });
  await store.write(flush({ sequence: 61, at: NOON + 61_000, configured: CONFIGURED, ...signs }));
  const { verdict, services } = await readVerdict(store, { now: NOON });
  expect([verdict, services[0]!.expected[0]?.routes]).toEqual(['pass', ['/:id']]);
});

describe('failures that are expected', () => {
  const failing = (id: string, ending: 'shadow_timeout' | 'shadow_reset', count: number): Part => {
    const { routes } = good('orders', { match: 100 - count, [ending]: count });
    const signs = { ...routes!['orders']!.signs, failure: { worse: count, better: 0 } };
    return {
      routes: { orders: { ...routes!['orders'], signs } },
      signatures: [signature({ id, ending, shadowStatus: 0, places: [], count })],
    };
  };
  const timeouts = times(60, failing('timeouts', 'shadow_timeout', 5));

  it('stand in no way of a pass', async () => {
    expect(await judged(timeouts, [])).toMatchObject({ verdict: 'regression' });
    const { verdict, reasons } = await judged(timeouts, ['timeouts']);
    expect(verdict).toBe('pass');
    expect(reasons[1]).toContain('300 exchanges on orders');
  });

  it('hide no failures of another kind', async () => {
    const { verdict, reasons } = await judged(
      [...timeouts, ...times(60, failing('resets', 'shadow_reset', 1))],
      ['timeouts'],
    );
    expect(verdict).toBe('regression');
    expect(reasons[0]).toMatch(/^orders: the shadow gives no response \(signature resets\) in 60 of/);
  });
});

describe('against a baseline', () => {
  const before = rehearsal({ version: '1' });
  const present = rehearsal({ version: '2', begunAt: NOON, presentSince: NOON });
  const of = (part: Part, its: typeof before): Part => ({ ...part, rehearsal: its });
  const total = differing('of-total', [TOTAL], 10);
  const both = differing('of-both', [TAX, TOTAL], 1);
  const read = async (seconds: readonly Part[], baseline?: string) => {
    const query = { now: NOON, ...(baseline !== undefined && { baseline }) };
    return (await readVerdict(await stored(seconds), query)).services[0]!;
  };
  const earlier = times(3, of(total, before));

  it('only what it had not counts', async () => {
    const seconds = [...earlier, ...times(60, of(total, present))];
    expect(await read(seconds)).toMatchObject({ verdict: 'regression' });
    expect(await read(seconds, before.id)).toMatchObject({ verdict: 'pass', baseline: before.id });
    expect(await read(seconds, '1')).toMatchObject({ verdict: 'pass', baseline: before.id });
  });

  it('another place beside those that it had is news', async () => {
    const { verdict, reasons } = await read([...earlier, ...times(60, of(both, present))], '1');
    expect(verdict).toBe('regression');
    expect(reasons[0]).toContain('$.tax (added) differs in 60 of 6,000 exchanges');
  });

  it('one that there is none of is an error that names those that there are', async () => {
    const seconds = [...earlier, of(good(), present)];
    await expect(read(seconds, '3')).rejects.toThrow(/"3"; allowed: 1 \(/);
    await expect(read(seconds, '2')).rejects.toThrow(/"2"; allowed: 1 \(/);
  });
});
