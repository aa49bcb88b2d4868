import { expect, test } from 'vitest';
import { askedAt } from '../../../../src/admin/dashboard/data/query.ts';
import { rangeIn, scopeIn } from '../../../../src/admin/dashboard/shell/range.ts';

const NOW = Date.UTC(2026, 10, 20, 12, 0, 30);
const scope = (query: string) => scopeIn(new URLSearchParams(query));

test('without a range, the whole rehearsal is shown', () => {
  expect(scope('')).toEqual({});
  expect(scope('service=a&rehearsal=2.4.0')).toEqual({ service: 'a', rehearsal: '2.4.0' });
});

test('a range by name reaches back from the minute that has begun, so that one question stays the same for a minute', () => {
  const asked = (now: number) => askedAt({ ...scope('range=1h') }, now);
  expect(asked(NOW)).toEqual({ from: Date.UTC(2026, 10, 20, 11) });
  expect(asked(NOW + 29_000)).toEqual(asked(NOW));
});

test('a range of its own has both ends', () => {
  expect(scope('from=60000&to=120000')).toEqual({ from: 60_000, to: 120_000 });
});

test('what is no range is none', () => {
  for (const query of [
    'range=ever',
    'range=toString',
    'from=5',
    'from=9&to=3',
    'from=-1&to=5',
    'from=1e3&to=5000',
    'from=1&to=x',
  ]) {
    expect(rangeIn(new URLSearchParams(query))).toBe('all');
  }
});
