import { Random } from '../../test/support/random.ts';
import { FAULTS } from './faults/all.ts';
import type { Fault } from './faults/fault.ts';

export interface Planned {
  readonly fault: Fault;
  /** Milliseconds after the start. */
  readonly at: number;
  /** Milliseconds that it lasts. */
  readonly ms: number;
  /** Of the choices that the fault makes itself. */
  readonly seed: number;
}

/** Faults at a time. */
const TRACKS = 3;
/** Milliseconds. */
const SHORTEST = 200;
const LONGEST = 4_000;
const LONGEST_PAUSE = 500;

/** Which faults come when: the same for the same seed and length, on every machine. In the order of their beginnings. */
export function makeSchedule(seed: number, seconds: number): readonly Planned[] {
  const random = new Random(seed);
  const end = seconds * 1_000;
  const planned: Planned[] = [];
  const free = Array.from({ length: TRACKS }, () => random.below(LONGEST_PAUSE));
  for (;;) {
    const at = Math.min(...free);
    const ms = SHORTEST + random.below(Math.min(LONGEST, end / 2) - SHORTEST);
    if (at + SHORTEST > end) return planned;
    const fault = random.pick(FAULTS.filter((candidate) => mayBegin(candidate, at, planned)));
    planned.push({ fault, at, ms: Math.min(ms, end - at), seed: random.below(2 ** 31) });
    free[free.indexOf(at)] = at + ms + random.below(LONGEST_PAUSE);
  }
}

function mayBegin({ victim }: Fault, at: number, planned: readonly Planned[]): boolean {
  return planned.every((earlier) => at >= earlier.at + earlier.ms || earlier.fault.victim !== victim);
}

/** A line for each fault. */
export function describeSchedule(schedule: readonly Planned[]): string {
  return schedule
    .map(
      ({ fault, at, ms }) =>
        `  ${seconds(at)} for ${seconds(ms)}: ${fault.name}${isPossible(fault) ? '' : ' (not possible here)'}`,
    )
    .join('\n');
}

export function isPossible(fault: Fault): boolean {
  return fault.possible?.() ?? true;
}

export const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
