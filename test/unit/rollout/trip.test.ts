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

  it('trips where more failed than there were, as where threads count while they are read', () => {
    expect(exceeds(150, 100, 0.05)).toBe(true);
    expect(exceeds(2, 1, 0.05)).toBe(false);
    expect(exceeds(5, 0, 0.05)).toBe(false);
  });

  it.each([0.0001, 1])('has an answer at the limit %d, the last of which allows everything', (limit) => {
    expect(exceeds(1_000, 1_000, limit)).toBe(limit < 1);
    expect(exceeds(0, 1_000, limit)).toBe(false);
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

  it('that a reload sets does not count what was late under another one', () => {
    const watch = new TripWatch();
    watch.look(0, counts(0, 0), { ...LIMITS, p99: undefined });
    watch.look(1_000, counts(1_000, 0), { ...LIMITS, p99: undefined });
    // All that took so long since the step began.
    expect(watch.look(2_000, counts(1_010, 0, 500), LIMITS)).toBeUndefined();
    expect(watch.window).toEqual({ requests: 1_010, failed: 0, timed: 0, late: 0 });
    expect(watch.look(3_000, counts(1_020, 0, 505), LIMITS)).toContain('5 of 10 responses');
    expect(watch.window).toMatchObject({ timed: 10, late: 5 });
  });
});
