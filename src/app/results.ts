/** Opens the store, and finds its redaction key, at the start. */
import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import { MEMORY } from '../config/store-url.ts';
import type { Config } from '../config/types.ts';
import { systemClock } from '../lib/clock.ts';
import type { Rehearsal } from '../model/rehearsal.ts';
import type { StoreReader } from '../model/store-reader.ts';
import type { Resting } from '../record/idleness.ts';
import { StoreProcess } from '../record/process/store-process.ts';
import type { Recorder } from '../record/recorder.ts';
import { ReopeningStore } from '../record/reopening-store.ts';
import { type Claim, claimStore } from '../record/sqlite/claim.ts';
import type { Ask } from '../results/questions.ts';
import { ownCompileCache } from './compile-cache.ts';
import { ResultsProcess } from './results-process.ts';
import { StoreCheck } from './store-check.ts';

/** How far the file may exceed its size between two prunings. */
const HEADROOM = 1.5;

/** Milliseconds that the last results may take to be recorded. */
const LAST_PATIENCE = 5_000;

export interface ClaimedStore {
  readonly store: ReopeningStore;
  /** Must be released once the store is closed. */
  readonly claim: Claim;
  readonly damages: StoreDamages;
  /** The same store, if it can be closed meanwhile. */
  readonly resting?: Resting;
}

/** Damage to the files of the store found since the start. */
export interface StoreDamages {
  readonly count: number;
  /** The latest damage, and what was done. */
  readonly last?: { readonly what: string; readonly at: number };
}

/**
 * Rejects with `store_unusable` where a person must act. A store that is away for a while does not prevent the start.
 */
export async function openStore({ store: { path, retention }, threads }: Config, log: Logger): Promise<ClaimedStore> {
  const run = { id: randomUUID(), startedAt: systemClock.wall() };
  const damages: { count: number; last?: NonNullable<StoreDamages['last']> } = { count: 0 };
  const check = new StoreCheck(path, log);
  const holder = new StoreProcess({
    path,
    run,
    limit: retention.size * HEADROOM,
    env: ownCompileCache(),
    nice: threads.mirrorNice,
    warn: (message) => {
      damages.count++;
      damages.last = { what: message, at: systemClock.wall() };
      log.warn(message);
    },
    onDoubt: (store) => check.start(store),
  });
  const held = claimStore(path);
  const claim = {
    release: () => {
      check.stop();
      holder.end();
      held.release();
    },
  };
  try {
    const store = await ReopeningStore.start(
      (condition) => holder.open(condition),
      () => holder.rest(),
    );
    return { claim, store, damages, ...(path !== MEMORY && { resting: restingUnless(store, () => check.isRunning) }) };
  } catch (error) {
    claim.release();
    throw error;
  }
}

/** A check needs the store open at its end. */
function restingUnless(store: ReopeningStore, isChecked: () => boolean): Resting {
  return {
    get isResting() {
      return store.isResting;
    },
    rest: async () => {
      if (!isChecked()) await store.rest();
    },
  };
}

export interface Questions {
  readonly ask: Ask;
  /** Gets ready for the first question. */
  readonly expect: () => void;
  close(): Promise<void>;
}

/** Answers questions about the results in a process of their own; of a store in memory, where that is. */
export function questionsAbout({ store: { path }, threads }: Config, store: StoreReader, log: Logger): Questions {
  if (path === MEMORY) return { ask: askingHere(store), expect: () => {}, close: async () => {} };
  return new ResultsProcess({ store: path, env: ownCompileCache(), nice: threads.mirrorNice, log });
}

/** Loaded when it is needed, as only a store in memory is asked here. */
function askingHere(store: StoreReader): Ask {
  return (async (question, query) => {
    const { answer } = await import('../results/questions.ts');
    return answer(store, question, query);
  }) as Ask;
}

/**
 * Writes the last results, lets others say their last, for which they may need the store, and closes it. A store that
 * does not respond is given up, so that the process ends in time.
 */
export async function recordLast(
  recorder: Pick<Recorder, 'writeLast' | 'close'>,
  others: () => Promise<void>,
  log: Logger,
): Promise<void> {
  const written = await inTime(recorder.writeLast());
  await others();
  const closed = written === 'done' ? await inTime(recorder.close()) : 'hangs';
  if (closed === 'hangs') log.error('the store does not respond: the last results could not be recorded');
}

async function inTime(done: Promise<void>): Promise<'done' | 'hangs'> {
  const patience = new AbortController();
  const late = delay(LAST_PATIENCE, 'hangs' as const, { signal: patience.signal });
  const end = await Promise.race([done.then(() => 'done' as const), late]);
  patience.abort();
  return end;
}

/** The configured key, else the store's own; a new one when the store is away. */
export async function redactionKey(config: Config, store: ReopeningStore, log: Logger): Promise<Uint8Array> {
  if (config.redact.key !== undefined) return Buffer.from(config.redact.key);
  try {
    return await store.redactionKey();
  } catch (error) {
    log.warn({ error: String(error) }, 'the store is away: tokens of this run will not equal those of others');
    return randomBytes(32);
  }
}

/** Empty when the store is away. */
export async function knownRehearsals(store: ReopeningStore, log: Logger): Promise<readonly Rehearsal[]> {
  try {
    return await store.rehearsals();
  } catch (error) {
    log.warn({ error: String(error) }, 'the store is away: rehearsals that were begun by hand are not found again');
    return [];
  }
}
