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

test('kinds without end are told as one from a certain number on, and none of them is forgotten', () => {
  const clock = new ManualClock();
  const told: Notice[] = [];
  const notices = new Notices((notice) => told.push(notice), clock);
  for (let kind = 0; kind < 1_000; kind++) notices.event(`${kind}`, { level: 'warn', message: 'm', facts: { kind } });
  expect(told.length).toBe(65);
  clock.advance(60_000);
  notices.event('1000', { level: 'warn', message: 'm', facts: {} });
  expect(told.at(-1)!.facts['times']).toBe(1_000 - 65 + 1);
});
