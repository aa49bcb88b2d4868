import { expect, it } from 'vitest';
import { askVerdict } from '../../../src/results/verdict-question.ts';
import { rehearsal } from '../../support/flushes.ts';
import { good, judgedStore, SECONDS, times } from '../../support/judged-store.ts';

const NOON = Date.UTC(2026, 10, 3, 12);

it('is of the rehearsal that is asked about, whatever is present', async () => {
  const of = (version: string, presentSince: number) => rehearsal({ version, begunAt: presentSince, presentSince });
  const old = SECONDS.regression.map((second) => ({ ...second, rehearsal: of('1', NOON - 1) }));
  const store = await judgedStore([...old, ...times(60, { ...good, rehearsal: of('2', NOON) })]);
  const verdictOf = async (question: object) => (await askVerdict(store, { overrides: {}, ...question }, NOON)).verdict;
  expect(await verdictOf({})).toBe('pass');
  expect(await verdictOf({ rehearsal: '2' })).toBe('pass');
  expect(await verdictOf({ rehearsal: '1' })).toBe('regression');
  expect(await verdictOf({ rehearsal: '1', service: 'default' })).toBe('regression');
  await expect(verdictOf({ service: 'other' })).rejects.toThrow('no service is called "other"; allowed: default');
  // Its first request is still to come: what is known of the one before must not be taken for it.
  expect(await verdictOf({ rehearsal: '3' })).toBe('invalid');
});

it('is invalid where the statistics fail their own test', async () => {
  const { verdict, services } = await askVerdict(await judgedStore(SECONDS.pass), { overrides: {} }, NOON, () => false);
  expect([verdict, services]).toMatchObject([
    'invalid',
    [{ verdict: 'invalid', faults: [{ name: 'self_test' }], reasons: [expect.stringContaining('fails its own test')] }],
  ]);
});
