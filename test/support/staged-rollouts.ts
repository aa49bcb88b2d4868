/** The rollouts of one service with its history in a store in memory, and a clock that the test moves. */
import { pino } from 'pino';
import { LaneCounts } from '../../src/app/lane-counts.ts';
import { Rollouts } from '../../src/app/rollout/rollouts.ts';
import { ServingWeights } from '../../src/edge/serving-weights.ts';
import { type UserOutcome, UserResults } from '../../src/edge/user-results.ts';
import type { Arm } from '../../src/model/arm.ts';
import type { Rehearsal } from '../../src/model/rehearsal.ts';
import { FIRST_SEATS, type RolloutChange, type Seat } from '../../src/model/rollout.ts';
import type { RouteRow } from '../../src/model/route.ts';
import { SqliteStore } from '../../src/record/sqlite/store.ts';
import type { Store } from '../../src/record/store.ts';
import type { Command } from '../../src/rollout/lifecycle.ts';
import { afterThisTest } from './cleanup.ts';
import { configOf } from './config.ts';
import { ManualClock } from './manual-clock.ts';

export const STEPS = 'rollout: {steps: [1%, 5%, 100%], hold: 60s}';
const ROW = 0 as RouteRow;

/** What the store does with a write of the history. `gives up`: it has it, but says that it failed. */
type Writing = 'works' | 'fails' | 'hangs' | 'gives up';

/** A write that hangs. */
interface Hung {
  /** It comes to its end. */
  write(): Promise<void>;
}

interface Counted {
  readonly row?: RouteRow;
  readonly bucket?: number;
}

async function emptyStore(): Promise<Store> {
  const store = await SqliteStore.open({ path: ':memory:', run: { id: 'r', startedAt: 0 }, now: () => 0, warn() {} });
  afterThisTest(() => store.close());
  return store;
}

/** Lets what does not wait for time come to its end. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

export async function stagedRollouts(text = STEPS, store?: Store) {
  let used = store ?? (await emptyStore());
  const clock = new ManualClock(1_000);
  const counts = new LaneCounts();
  const weights = ServingWeights.allocate();
  const told: RolloutChange[] = [];
  const rehearsals: string[] = [];
  const warned: string[] = [];
  let present: Rehearsal = { id: 'r0', service: 'default', begunAt: 0, presentSince: 0 };
  let writing: Writing = 'works';
  const hung: Hung[] = [];
  const guarded = Object.assign(Object.create(used) as Store, { isResting: false });
  guarded.rollouts = (...of) => used.rollouts(...of);
  guarded.recordRollout = async (change) => {
    switch (writing) {
      case 'hangs':
        return new Promise((resolve) =>
          hung.push({ write: () => used.recordRollout(change).then(resolve).then(settled) }),
        );
      case 'fails':
        throw new Error('disk full');
      case 'gives up':
        await used.recordRollout(change);
        throw new Error('no response for 30 s');
      case 'works':
        return used.recordRollout(change);
    }
  };
  const rollouts = new Rollouts({
    store: guarded,
    weights,
    lanes: [{ counts }],
    rehearse: async (_service, label) => {
      rehearsals.push(label);
      present = { ...present, id: `r${rehearsals.length}`, label, begunAt: clock.wall() };
      return present;
    },
    present: () => present,
    onChange: (change) => void told.push(change),
    clock,
    every: clock.every,
    log: pino(
      { level: 'warn' },
      {
        write(line: string) {
          const { level, msg } = JSON.parse(line);
          if (level === pino.levels.values['warn']) warned.push(msg);
        },
      },
    ),
  });
  let seats = FIRST_SEATS;
  const prepare = (changed: string, rows: readonly RouteRow[] = [ROW]) => rollouts.prepare(configOf(changed), rows);
  /** All threads have it. */
  const configure = async (changed: string, rows?: readonly RouteRow[]) => {
    const prepared = prepare(changed, rows);
    seats = prepared.seats;
    await prepared.enter();
  };
  const weightAt = (seat: Seat = seats.get('default') ?? 0) => new ServingWeights(weights).at(ROW, seat);
  await rollouts.start(configOf(text), [ROW]);
  afterThisTest(() => rollouts.close());
  const { arms, buckets } = counts.read();
  const results = new UserResults(arms, buckets);
  const isServed = (bucket: number) => bucket < Number(weightAt());
  const count = (arm: Arm, outcome: Partial<UserOutcome>, { row = ROW, bucket }: Counted = {}) => {
    const whose = { servedBy: arm === 'candidate' ? ('shadow' as const) : ('primary' as const), arm };
    const ended = { result: 'answered' as const, fallback: false, took: 10, waited: 0, measured: true, ...outcome };
    results.count(row, { ...whose, ...(bucket !== undefined && { bucket }) }, ended);
  };
  return {
    rollouts,
    store: used,
    clock,
    configure,
    told,
    rehearsals,
    warned,
    weight: () => weightAt(),
    weightAt,
    prepare,
    phase: () => rollouts.status[0]!.phase,
    command: (name: Command, revision?: number) => rollouts.command(undefined, name, 'ann', 'because', revision),
    count,
    answer: (arm: Arm, milliseconds: number) => count(arm, { took: milliseconds }),
    /** The version of this bucket serves so many requests, as of one user. */
    serve: (bucket: number, requests: number, milliseconds = 10) => {
      for (let request = 0; request < requests; request++)
        count(isServed(bucket) ? 'candidate' : 'slice', { took: milliseconds }, { bucket });
    },
    fail: (requests: number, row = ROW) => {
      for (let request = 0; request < requests; request++)
        count('candidate', { result: 'error', measured: false }, { row });
    },
    /** Another rehearsal is present from now on, of this version. */
    presents: (id: string, version?: string) => {
      const { version: _, ...rest } = present;
      present = { ...rest, id, ...(version !== undefined && { version }) };
    },
    /** The store is an empty one from now on. */
    loseStore: async () => {
      used = await emptyStore();
    },
    setWriting: (is: Writing) => {
      writing = is;
    },
    /** The writes that hang or hung, in order. */
    hung,
    settle: settled,
  };
}
