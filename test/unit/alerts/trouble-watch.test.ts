import { expect, it } from 'vitest';
import { type Alert, textOf } from '../../../src/alerts/alert.ts';
import { type Condition, TroubleWatch } from '../../../src/alerts/trouble-watch.ts';

function watching() {
  const told: Alert[] = [];
  return { told, watch: new TroubleWatch((alert) => void told.push(alert)) };
}

const CALM: Condition = {
  breakers: [{ service: 'default', target: 'shadow', breaker: 'closed' }],
  storeFails: false,
  threads: [{ name: 'compare-0', status: 'running' }],
};

it('tells nothing while nothing changes', () => {
  const { told, watch } = watching();
  for (let look = 0; look < 3; look++) watch.look(CALM);
  expect(told).toEqual([]);
});

it('tells of a breaker when it opens and when it closes, and not of the tries between', () => {
  const { told, watch } = watching();
  const of = { service: 'default', target: 'control' } as const;
  for (const breaker of ['open', 'half_open', 'open', 'half_open', 'closed', 'half_open', 'closed', 'open'] as const) {
    watch.look({ ...CALM, breakers: [{ ...of, breaker }] });
  }
  expect(told).toEqual(['open', 'closed', 'open'].map((is) => ({ event: 'breaker', ...of, is })));
});

it('tells of the breakers of each service by themselves', () => {
  const { told, watch } = watching();
  const breakersOf = (orders: 'open' | 'closed', users: 'open' | 'closed') => ({
    ...CALM,
    breakers: [
      { service: 'orders', target: 'shadow' as const, breaker: orders },
      { service: 'users', target: 'shadow' as const, breaker: users },
    ],
  });
  watch.look(breakersOf('open', 'closed'));
  watch.look(breakersOf('open', 'open'));
  watch.look(breakersOf('closed', 'open'));
  expect(told.map(textOf)).toEqual([
    'the breaker of the shadow of orders is open: it fails, and copies are skipped',
    'the breaker of the shadow of users is open: it fails, and copies are skipped',
    'the breaker of the shadow of orders is closed again: copies are sent',
  ]);
});

it('tells of the store and of threads when they fail and when they are back', () => {
  const { told, watch } = watching();
  watch.look({ ...CALM, storeFails: true });
  watch.look({ ...CALM, storeFails: true });
  watch.look(CALM);
  for (const status of ['restarting', 'failing', 'restarting', 'running']) {
    watch.look({ ...CALM, threads: [{ name: 'compare-0', status }] });
  }
  expect(told).toEqual([
    { event: 'store', is: 'failing' },
    { event: 'store', is: 'back' },
    { event: 'thread', thread: 'compare-0', is: 'failing' },
    { event: 'thread', thread: 'compare-0', is: 'running' },
  ]);
});

function counting() {
  const { told, watch } = watching();
  const now = { wanted: 0, shed: 0 };
  const count = (wanted: number, shed: number) => {
    now.wanted += wanted;
    now.shed += shed;
    watch.count({ ...now }, 0.01);
  };
  count(0, 0);
  return { told, count };
}

it('tells of a share of lost copies above the limit within a minute, and when it is below half of it', () => {
  const { told, count } = counting();
  for (let each = 0; each < 7; each++) count(1_000, 10);
  expect(told).toEqual([]);
  count(1_000, 100);
  expect(told).toMatchObject([{ event: 'shed', is: 'above', share: expect.closeTo(0.025, 3), limit: 0.01 }]);
  for (let each = 0; each < 5; each++) count(1_000, 0);
  expect(told).toHaveLength(1);
  count(1_000, 0);
  expect(told.slice(1)).toMatchObject([{ event: 'shed', is: 'below', share: 0 }]);
});

it('says nothing of a minute with few copies', () => {
  const { told, count } = counting();
  count(99, 99);
  expect(told).toEqual([]);
});
