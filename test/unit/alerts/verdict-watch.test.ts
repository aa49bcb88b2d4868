import { expect, it } from 'vitest';
import type { Alert } from '../../../src/alerts/alert.ts';
import { VerdictWatch } from '../../../src/alerts/verdict-watch.ts';
import { flush, rehearsal } from '../../support/flushes.ts';
import { CONFIGURED, good, NOON, type Part, stored, times } from '../../support/judged.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const TOTAL = { path: '$.total', kind: 'value' } as const;
const bad = {
  ...good('orders', { match: 90, mismatch: 10 }),
  evidence: [{ route: 'orders', ...TOTAL, shadowOnly: 10, controlOnly: 0, both: 0 }],
};

/** A watch on a store with so many seconds, to which more can be added. */
async function watching(seconds: readonly Part[]) {
  const store = await stored(seconds);
  let written = seconds.length;
  const clock = new ManualClock(NOON);
  const told: Alert[] = [];
  let asked = 0;
  const reader = {
    rehearsals: () => store.rehearsals(),
    services: () => store.services(),
    summary: (...of: Parameters<typeof store.summary>) => store.summary(...of),
    responses: (...of: Parameters<typeof store.responses>) => store.responses(...of),
    routeEvidence: (...of: Parameters<typeof store.routeEvidence>) => store.routeEvidence(...of),
    verdictSettings: () => {
      asked++;
      return store.verdictSettings();
    },
  };
  const watch = new VerdictWatch(reader, clock, (alert) => void told.push(alert));
  const add = async (parts: readonly Part[]) => {
    for (const part of parts) {
      written++;
      await store.write(flush({ sequence: written, at: NOON + written * 1_000, configured: CONFIGURED, ...part }));
    }
  };
  const look = async (looks = 1) => {
    for (let each = 0; each < looks; each++) {
      await watch.look();
      clock.advance(2_000);
    }
  };
  return { store, watch, clock, told, add, look, asked: () => asked };
}

it('tells of a verdict that changed once it was the same twice, with the reasons, and only once', async () => {
  const { told, add, look } = await watching(times(60, good()));
  await look();
  await add(times(60, bad));
  await look();
  expect(told).toEqual([]);
  await look(3);
  expect(told).toMatchObject([{ event: 'verdict', service: 'default', was: 'pass', is: 'regression' }]);
  const [{ reasons }] = told as [Extract<Alert, { event: 'verdict' }>];
  expect(reasons[0]).toMatch(/^orders: \$\.total \(value\) differs in 600 of 12,000 exchanges/);
});

it('tells nothing of what a process before it knew, of what is not known yet, and of what changed back', async () => {
  const known = await watching(times(60, bad));
  await known.look(3);
  expect(known.told).toEqual([]);
  const growing = await watching([]);
  await growing.look(2);
  await growing.add(times(5, good()));
  await growing.look(3);
  expect(growing.told).toEqual([]);
  await growing.add(times(60, good()));
  await growing.look();
  await growing.add([good('orders', { match: 1, shadow_unreachable: 1 })]);
  await growing.look(3);
  expect(growing.told).toEqual([]);
});

it('takes another rehearsal for one of which nothing is known', async () => {
  const { told, add, look } = await watching(times(60, good()));
  await look(2);
  const next = rehearsal({ version: '2', begunAt: NOON + 1, presentSince: NOON + 1 });
  await add(times(5, { ...good(), rehearsal: next }));
  await look(3);
  expect(told).toEqual([]);
  await add(times(60, { ...bad, rehearsal: next }));
  await look(2);
  expect(told).toMatchObject([{ rehearsal: next.id, version: '2', was: 'inconclusive', is: 'regression' }]);
});

it('asks every few seconds and no more often, and goes on when the store works again', async () => {
  const { store, watch, clock, told, asked } = await watching(times(60, good()));
  await Promise.all([watch.look(), watch.look()]);
  clock.advance(1_999);
  await watch.look();
  expect(asked()).toBe(1);
  expect(watch.latest).toMatchObject({ verdict: 'pass' });
  await store.close();
  clock.advance(1);
  await watch.look();
  expect(watch.latest).toBeUndefined();
  expect([asked(), told]).toEqual([2, []]);
});
