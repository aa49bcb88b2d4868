import { expect, it } from 'vitest';
import { readTimeline } from '../../../src/results/timeline.ts';
import { rehearsal } from '../../support/flushes.ts';
import { good, NOON, stored } from '../../support/judged.ts';

it('says when the first of the rehearsals that are meant began', async () => {
  const [old, present] = [
    rehearsal({ version: '1', begunAt: NOON - 5_000 }),
    rehearsal({ version: '2', begunAt: NOON + 1_000 }),
  ];
  const other = rehearsal({ service: 'other', begunAt: NOON + 2_000 });
  const store = await stored([old, present, other].map((of) => ({ ...good(), rehearsal: of })));
  const begunAt = async (asked: object) => (await readTimeline(store, { points: 1, ...asked })).begunAt;
  expect(await begunAt({})).toBe(NOON + 1_000);
  expect(await begunAt({ service: 'other' })).toBe(NOON + 2_000);
  expect(await begunAt({ rehearsal: '1' })).toBe(NOON - 5_000);
});

it('says of a store without results nothing of a beginning', async () => {
  expect(await readTimeline(await stored([]), { points: 1 })).not.toHaveProperty('begunAt');
});
