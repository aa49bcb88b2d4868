import { describe, expect, test } from 'vitest';
import { PauseGate, type PauseReading } from '../../../src/edge/pause-gate.ts';

/** A gate with a reading each second. */
function gate() {
  const tested = new PauseGate();
  let now = 0;
  const read = (reading: PauseReading, times = 1): string => {
    for (let count = 0; count < times; count++, now += 1_000) tested.read(reading, now, now + 1_000);
    return tested.paused ? 'paused' : tested.strained ? 'strained' : 'open';
  };
  /** Calm readings until it opens. */
  const untilOpen = (): number => {
    let seconds = 0;
    while (tested.paused) {
      read('calm');
      seconds++;
    }
    return seconds;
  };
  return { tested, read, untilOpen };
}

describe('copies', () => {
  test('are paused by two readings over the limit in a row, and by no single one', () => {
    const { read } = gate();
    expect(read('over')).toBe('strained');
    expect(read('between')).toBe('open');
    expect(read('over')).toBe('strained');
    expect(read('over')).toBe('paused');
  });

  test('go on after ten calm seconds in a row', () => {
    const { read, untilOpen } = gate();
    read('over', 2);
    expect(read('calm', 9)).toBe('paused');
    expect(read('between')).toBe('paused');
    expect(untilOpen()).toBe(10);
    expect(read('over')).toBe('strained');
  });

  test('wait twice as long each time that they have to be paused again soon, up to five minutes', () => {
    const { read, untilOpen } = gate();
    const waits = Array.from({ length: 7 }, () => {
      read('over', 2);
      return untilOpen();
    });
    expect(waits).toEqual([10, 20, 40, 80, 160, 300, 300]);
    read('calm', 60);
    read('over', 2);
    expect(untilOpen()).toBe(10);
  });

  test('are not paused any more after a reset', () => {
    const { tested, read } = gate();
    read('over', 2);
    tested.reset();
    expect([tested.paused, tested.strained]).toEqual([false, false]);
  });
});
