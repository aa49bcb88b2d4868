import { expect, test } from 'vitest';
import { Notices } from '../../../src/edge/notices.ts';
import type { Notice } from '../../../src/model/notice.ts';
import { ManualClock } from '../../support/manual-clock.ts';

test('the first of a kind is told at once, and then one a minute with the number of those since', () => {
  const clock = new ManualClock();
  const told: Notice[] = [];
  const notices = new Notices((notice) => told.push(notice), clock);
  const event = (kind: string) =>
    notices.event(kind, { level: 'warn', message: kind, facts: { at: clock.monotonic() } });
  for (const kind of ['a', 'a', 'b', 'a']) event(kind);
  expect(told.map(({ message }) => message)).toEqual(['a', 'b']);
  clock.advance(60_000);
  for (const kind of ['a', 'b', 'a']) event(kind);
  expect(told.slice(2).map(({ message, facts }) => [message, facts['times']])).toEqual([
    ['a', 3],
    ['b', 1],
  ]);
});
