import { expect, test } from 'vitest';
import { RateLimit } from '../../../src/edge/rate-limit.ts';
import { WHOLE } from '../../../src/model/portion.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** `views`: as many threads have of one memory. */
function limits(views = 1, start = 0) {
  const memory = RateLimit.allocate();
  const clock = new ManualClock(start);
  const now = () => clock.monotonic();
  return { memory, clock, threads: Array.from({ length: views }, () => new RateLimit(memory, now)) };
}

/** How many of so many requests at one moment are copied. */
const taken = (limit: RateLimit, rate: number, asked: number) =>
  Array.from({ length: asked }, () => limit.take(rate, WHOLE)).filter(Boolean).length;

/** Three weeks and three years after the machine started; the count has wrapped many times by then. */
const STARTS = [0, 1_814_400_123, 94_608_000_456.7];

test.each(STARTS.flatMap((start) => [1, 5, 7, 30, 1_000, 33_333, 100_000].map((rate) => [rate, start] as const)))(
  'at %i a second, ten seconds after %d ms of more than that bring as many copies and one burst',
  (rate, start) => {
    const { clock, threads } = limits(1, start);
    const step = Math.min(100, Math.max(1, 250 / rate));
    const steps = Math.ceil(10_000 / step);
    const asked = Math.ceil((rate * step) / 1000) + 1;
    let copies = taken(threads[0]!, rate, Math.ceil(rate / 10) + 1);
    for (let at = 0; at < steps; at++) {
      clock.advance(step);
      copies += taken(threads[0]!, rate, asked);
    }
    const most = (rate * steps * step) / 1000 + Math.max(1, rate / 10);
    expect(copies).toBeLessThanOrEqual(most);
    expect(copies).toBeGreaterThanOrEqual(most - 2 - (rate * step) / 1000);
  },
);

test.each([
  [1, 1],
  [5, 1],
  [10, 1],
  [25, 2],
  [1_000, 100],
  [100_000, 10_000],
])('at %i a second, %i are copied of a crowd that comes after a pause', (rate, burst) => {
  const { clock, threads } = limits();
  expect(taken(threads[0]!, rate, 20_000)).toBe(burst);
  expect(taken(threads[0]!, rate, 20_000)).toBe(0);
  clock.advance(60_000);
  expect(taken(threads[0]!, rate, 20_000)).toBe(burst);
});

test('what is asked less often than the rate is always copied', () => {
  const { clock, threads } = limits();
  for (let request = 0; request < 1_000; request++) {
    expect(threads[0]!.take(10, WHOLE)).toBe(true);
    clock.advance(101);
  }
});

test('a pause of any length is no debt', () => {
  for (const pause of [1_001, 2 ** 31, 2 ** 32, 90 * 86_400_000]) {
    const { clock, threads } = limits();
    expect(threads[0]!.take(1, WHOLE)).toBe(true);
    clock.advance(pause);
    expect(threads[0]!.take(1, WHOLE)).toBe(true);
  }
});

test('two threads share one rate', () => {
  const { clock, threads } = limits(2);
  const [one, other] = threads as [RateLimit, RateLimit];
  expect([one.take(10, WHOLE), other.take(10, WHOLE)]).toEqual([true, false]);
  let copies = 0;
  for (let at = 0; at < 1_000; at++) {
    clock.advance(10);
    copies += taken(other, 10, 3) + taken(one, 10, 3);
  }
  expect(copies).toBe(100);
});

test('a thread whose clock is a little behind or ahead brings no copies of its own', () => {
  const { memory, clock } = limits();
  const threads = [-40, 40, 0].map((skew) => new RateLimit(memory, () => 10_000 + clock.monotonic() + skew));
  let copies = 0;
  for (let at = 0; at < 1_000; at++) {
    for (const limit of threads) copies += taken(limit, 100, 3);
    clock.advance(10);
  }
  expect(copies).toBeLessThanOrEqual(1_000 + 10 + 4);
  expect(copies).toBeGreaterThan(980);
});

test('another rate holds from the next request on, be it higher or lower', () => {
  const { clock, threads } = limits(1, 1_814_400_123);
  const over = (rate: number, seconds: number) => {
    let copies = 0;
    for (let at = 0; at < seconds * 1_000; at += 5) {
      clock.advance(5);
      copies += taken(threads[0]!, rate, 10);
    }
    return copies;
  };
  for (const rate of [2, 500, 1, 1_000, 50]) {
    const copies = over(rate, 10);
    expect(copies).toBeGreaterThanOrEqual(rate * 10 - 1);
    expect(copies).toBeLessThanOrEqual(rate * 10 + Math.max(1, rate / 10));
  }
});

/** Two services ask at once, again and again, for a minute: so many copies each has. */
function shared(rate: number, asked: readonly [number, number]): [number, number] {
  const { clock, threads } = limits();
  const copies: [number, number] = [0, 0];
  for (let at = 0; at < 6_000; at++) {
    clock.advance(10);
    for (const place of [0, 1] as const)
      for (let request = 0; request < asked[place]; request++)
        if (threads[0]!.take(rate, { place, of: 2 })) copies[place]++;
  }
  return copies;
}

test('of two services that both ask for more than the rate each has half of it, whoever asks first or more', () => {
  const [flood, other] = shared(100, [50, 2]);
  expect(flood + other).toBeLessThanOrEqual(6_000 + 20);
  expect(Math.min(flood, other)).toBeGreaterThan(2_950);
});

test('a service that asks alone has all of the rate', () => {
  const [flood, none] = shared(100, [50, 0]);
  expect(none).toBe(0);
  expect(flood).toBeLessThanOrEqual(6_000 + 20);
  expect(flood).toBeGreaterThan(5_980);
});

test('a service that asks for less than its part gets all it asks for beside a flood, which has the rest', () => {
  const { clock, threads } = limits();
  const copies = { flood: 0, modest: 0 };
  for (let at = 0; at < 6_000; at++) {
    clock.advance(10);
    for (let request = 0; request < 20; request++) if (threads[0]!.take(100, { place: 0, of: 2 })) copies.flood++;
    if (at % 10 === 0 && threads[0]!.take(100, { place: 1, of: 2 })) copies.modest++;
  }
  expect(copies.modest).toBe(600);
  expect(copies.flood).toBeGreaterThan(5_380);
  expect(copies.flood + copies.modest).toBeLessThanOrEqual(6_000 + 20);
});
