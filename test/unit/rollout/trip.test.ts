import { describe, expect, it } from 'vitest';
import { exceeds, TripWatch } from '../../../src/rollout/trip.ts';

const LIMITS = { errors: 0.05, window: 30_000, p99: 800 };
const counts = (requests: number, failed: number, late = 0) => ({ requests, failed, timed: requests - failed, late });

describe('the limit of errors', () => {
  it('trips after five requests that all fail, not after four', () => {
    expect(exceeds(4, 4, 0.05)).toBe(false);
    expect(exceeds(5, 5, 0.05)).toBe(true);
  });

  it('does not trip by chance while it is just kept', () => {
    expect(exceeds(50, 1000, 0.05)).toBe(false);
    expect(exceeds(60, 1000, 0.05)).toBe(false);
    expect(exceeds(100, 1000, 0.05)).toBe(true);
    expect(exceeds(0, 0, 0.05)).toBe(false);
  });

  it('counts what happened within the window, and says it in words', () => {
    const watch = new TripWatch();
    expect(watch.look(0, counts(1000, 900), LIMITS)).toBeUndefined();
    expect(watch.look(10_000, counts(1004, 904), LIMITS)).toBeUndefined();
    expect(watch.look(20_000, counts(1010, 910), LIMITS)).toBe(
      '6 of 6 requests to the candidate failed within 10 s, more than 5%',
    );
  });

  it('forgets what is older than the window', () => {
    const watch = new TripWatch();
    watch.look(0, counts(0, 0), LIMITS);
    watch.look(1_000, counts(4, 4), LIMITS);
    watch.look(31_000, counts(4, 4), LIMITS);
    expect(watch.look(40_000, counts(8, 8), LIMITS)).toBeUndefined();
  });

  it('trips soon after everything broke, however much was well before', () => {
    const watch = new TripWatch();
    watch.look(0, counts(0, 0), LIMITS);
    expect(watch.look(20_000, counts(10_000, 0), LIMITS)).toBeUndefined();
    expect(watch.look(20_100, counts(10_005, 5), LIMITS)).toBe(
      '5 of 5 requests to the candidate failed within 0.1 s, more than 5%',
    );
  });
});

describe('the limit of the 99th percentile', () => {
  it('trips where more responses are late than one of a hundred, by more than chance', () => {
    const watch = new TripWatch();
    watch.look(0, counts(0, 0), LIMITS);
    expect(watch.look(1_000, counts(1000, 0, 12), LIMITS)).toBeUndefined();
    expect(watch.look(2_000, counts(1000, 0, 50), LIMITS)).toContain('took longer than 800 ms within');
  });

  it('does not judge the first few responses, and nothing where there is no limit', () => {
    const watch = new TripWatch();
    watch.look(0, counts(0, 0), LIMITS);
    expect(watch.look(1_000, counts(9, 0, 9), LIMITS)).toBeUndefined();
    expect(watch.look(2_000, counts(100, 0, 100), { ...LIMITS, p99: undefined })).toBeUndefined();
  });
});
