import { expect, test } from 'vitest';
import { Pauses } from '../../../src/edge/pauses.ts';
import { configOf } from '../../support/config.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SERVICES = `
services:
  a: {match: {path: /a/*}, primary: "http://127.0.0.1:1", shadow: "http://127.0.0.1:2"}
  b: {match: {}, primary: "http://127.0.0.1:3", shadow: "http://127.0.0.1:4"}
`;
const both = (eventLoopLag: string, primaryP99: string) =>
  configOf(`${SERVICES}\nmirror: {pauseWhen: {eventLoopLag: ${eventLoopLag}, primaryP99: ${primaryP99}}}`);

function pauses(config = both('20ms', '250ms')) {
  const clock = new ManualClock();
  const tested = new Pauses(clock);
  tested.configure(config);
  /** A second later. */
  const look = (lag = 0) => {
    clock.advance(1_000);
    return tested.look(lag);
  };
  const respond = (service: string, milliseconds: number) => {
    for (let count = 0; count < 100; count++) tested.of(service).responded(milliseconds);
  };
  return { tested, look, respond };
}

test('a late event loop pauses all services, and tells so once', () => {
  const { tested, look } = pauses();
  expect([look(21), look(35.4567), look(90)]).toEqual([false, true, false]);
  expect([tested.of('a').paused, tested.of('b').paused]).toEqual([true, true]);
  expect(tested.now).toEqual([{ cause: 'event_loop_lag', since: 2_000, found: { limit: 20, lag: 35.5 } }]);
  const calm = Array.from({ length: 10 }, () => look(1));
  expect(calm.lastIndexOf(true)).toBe(9);
  expect([tested.of('a').paused, tested.now]).toEqual([false, []]);
});

test('a slow primary pauses its own service', () => {
  const { tested, look, respond } = pauses();
  for (let count = 0; count < 2; count++) {
    respond('a', 300);
    respond('b', 5);
    look();
  }
  expect([tested.of('a').paused, tested.of('b').paused]).toEqual([true, false]);
  expect(tested.now).toEqual([
    { service: 'a', cause: 'primary_p99', since: 2_000, found: { limit: 250, responses: 100, slow: 100 } },
  ]);
});

test('a primary that gives no response within the limit is slow; sooner, nobody knows', () => {
  const { tested, look } = pauses();
  const giveUp = (after: number) => {
    for (let count = 0; count < 100; count++) tested.of('a').gaveNoResponse(after);
    look();
  };
  giveUp(249);
  giveUp(249);
  expect(tested.of('a').strained).toBe(false);
  giveUp(251);
  expect(tested.of('a').strained).toBe(true);
  giveUp(251);
  expect(tested.of('a').paused).toBe(true);
});

test('without limits nothing is ever paused', () => {
  const { tested, look, respond } = pauses(both('none', 'none'));
  for (let count = 0; count < 5; count++) {
    respond('a', 60_000);
    look(10_000);
  }
  expect([tested.of('a').strained, tested.now]).toEqual([false, []]);
});

test('a limit that is changed or removed ends the pause, and another one does not', () => {
  const { tested, look, respond } = pauses();
  for (let count = 0; count < 2; count++) {
    respond('a', 300);
    look(30);
  }
  tested.configure(both('20ms', 'none'));
  look(30);
  expect(tested.now.map(({ cause }) => cause)).toEqual(['event_loop_lag']);
  tested.configure(both('40ms', 'none'));
  look(30);
  expect([tested.of('a').paused, tested.now]).toEqual([false, []]);
});

test('a mirror that is switched off has nothing to pause', () => {
  const { tested, look } = pauses();
  look(30);
  look(30);
  tested.release();
  expect([tested.of('a').paused, tested.now]).toEqual([false, []]);
});
