import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Fault, Visible } from '../../../bench/chaos/faults/fault.ts';
import { Judge } from '../../../bench/chaos/judge.ts';
import type { Seen } from '../../../bench/chaos/load.ts';
import { makeSchedule } from '../../../bench/chaos/schedule.ts';

describe('the schedule of a seed', () => {
  const lines = (seed: number) => makeSchedule(seed, 20).map(({ fault, ...rest }) => ({ ...rest, fault: fault.name }));

  it('is the same each time, and another for another seed', () => {
    expect(lines(7)).toEqual(lines(7));
    expect(lines(7)).not.toEqual(lines(8));
  });

  it('has several faults at a time, never two of one victim, and none beyond the end', () => {
    const schedule = Array.from({ length: 50 }, (_, seed) => makeSchedule(seed, 10)).flat();
    expect(schedule.every(({ at, ms }) => at + ms <= 10_000)).toBe(true);
    const one = makeSchedule(1, 60);
    const overlapping = one.flatMap((a) =>
      one.filter((b) => a !== b && a.at < b.at + b.ms && b.at < a.at + a.ms).map((b) => [a, b]),
    );
    expect(overlapping.length).toBeGreaterThan(10);
    for (const [a, b] of overlapping) expect(a!.fault.victim).not.toBe(b!.fault.victim);
  });
});

describe('the judge', () => {
  afterEach(() => void vi.restoreAllMocks());

  const fault = (visible: Visible): Fault => ({ name: 'a fault', victim: 'primary', visible, harm: async () => {} });

  /** What is said of a request that began and ended then, if there was a fault from 10 to 11 s. */
  function judged(visible: Visible, began: number, ended: number, seen: Seen, delayed?: readonly [number, number]) {
    let now = 10_000;
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    const judge = new Judge();
    const ends = judge.begins(fault(visible));
    now = 11_000;
    ends();
    if (delayed !== undefined) {
      now = delayed[0];
      judge.delayed(delayed[1]);
    }
    return judge.fault({ number: 1, began, ended, seen });
  }

  const BAD_GATEWAY: Seen = { kind: 'status', status: 502 };
  const CUT: Seen = { kind: 'cut', why: 'reset' };
  const EXACT: Seen = { kind: 'exact' };

  it('has nothing to say of an exact response in time', () => {
    expect(judged({}, 10_100, 10_200, EXACT)).toBeUndefined();
  });

  it('finds a status, a cut and a delay that no fault explains', () => {
    expect(judged({ cut: true }, 10_100, 10_200, BAD_GATEWAY)).toBe('request 1 got 502');
    expect(judged({ statuses: [503] }, 10_100, 10_200, BAD_GATEWAY)).toBe('request 1 got 502');
    expect(judged({ statuses: [502] }, 10_100, 10_200, CUT)).toBe('request 1 got no whole response: reset');
    expect(judged({ statuses: [502], cut: true }, 10_100, 13_200, EXACT)).toBe('request 1 took 3100 ms');
  });

  it('lets a fault explain what it causes, until a moment behind its end, and nothing before or long after it', () => {
    expect(judged({ statuses: [502] }, 10_100, 10_200, BAD_GATEWAY)).toBeUndefined();
    expect(judged({ cut: true }, 12_500, 12_600, CUT)).toBeUndefined();
    expect(judged({ cut: true }, 9_000, 9_900, CUT)).toBeDefined();
    expect(judged({ cut: true }, 13_100, 13_200, CUT)).toBeDefined();
    expect(judged({ late: true }, 10_100, 14_900, EXACT)).toBeUndefined();
    expect(judged({ late: true }, 10_100, 15_300, EXACT)).toBe('request 1 took 5200 ms');
  });

  it('lets nothing explain a response that is not its own', () => {
    const wrong: Seen = { kind: 'wrong', text: 'another' };
    const everything = { statuses: [502], cut: true, late: true } as const;
    expect(judged(everything, 10_100, 10_200, wrong, [10_200, 2_000])).toContain('not its own');
  });

  it('says nothing of a time in which it could not see, and takes short delays off', () => {
    expect(judged({}, 14_000, 16_000, BAD_GATEWAY, [15_500, 1_500])).toBeUndefined();
    expect(judged({}, 14_000, 17_400, EXACT, [15_500, 500])).toBeUndefined();
    expect(judged({}, 14_000, 17_600, EXACT, [15_500, 500])).toBeDefined();
  });
});
