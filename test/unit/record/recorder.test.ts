import { describe, expect, it } from 'vitest';
import { Ledger } from '../../../src/metrics/ledger.ts';
import { Recorder } from '../../../src/record/recorder.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import type { Flush, Store } from '../../../src/record/store.ts';
import { StoreError } from '../../../src/record/store-error.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { example, OF_FIRST, recorded, signature } from '../../support/flushes.ts';
import { gate } from '../../support/gate.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { recordingOf } from '../../support/recording.ts';
import { rowAt } from '../../support/rows.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 3, 12);
const RETENTION = { age: 86_400_000, size: 2 ** 30 };

/** A recorder on a real store in memory, whose failures and time are the test's. */
async function recording({ routes = ['orders', 'users'] as readonly string[] } = {}) {
  const clock = new ManualClock(NOON);
  const ledger = new Ledger(Ledger.allocate());
  const run = { id: 'run-1', startedAt: NOON };
  const real = await SqliteStore.open({ path: ':memory:', run, now: () => 0, warn: () => {} });
  afterThisTest(() => real.close());
  const store = new FailingStore(real);
  const logged: { level: string; message: string; fields: object }[] = [];
  const logger = (level: string) => (fields: object, message: string) => void logged.push({ level, message, fields });
  const recorder = new Recorder({
    store: store.store,
    ...recordingOf(ledger, routes),
    config: { flushInterval: 1_000, retention: RETENTION },
    clock,
    every: clock.every,
    log: { info: logger('info'), warn: logger('warn'), error: logger('error') },
  });
  return { clock, ledger, recorder, store, real, logged };
}

/** Passes everything on to a store, or fails as it is told. */
class FailingStore {
  readonly store: Store;
  /** `after`: the write succeeds, and its answer is lost. */
  failing: 'no' | 'before' | 'after' | 'until_pruned' = 'no';
  readonly calls: string[] = [];
  readonly written: Flush[] = [];
  readonly pruned: number[] = [];
  held: Promise<void> = Promise.resolve();

  constructor(real: Store) {
    const fault = () => new StoreError('full', 'store results.db: database or disk is full');
    const others = Object.fromEntries(
      ['redactionKey', 'summary', 'signatures', 'signature', 'exchange', 'evidence', 'clear'].map((name) => [
        name,
        (...parameters: unknown[]) => (real[name as 'clear'] as (...all: unknown[]) => unknown)(...parameters),
      ]),
    );
    this.store = {
      ...(others as unknown as Store),
      write: async (flush) => {
        await this.held;
        if (this.failing === 'before' || this.failing === 'until_pruned') throw fault();
        const exposed = await real.write(flush);
        this.written.push(flush);
        if (this.failing === 'after') throw fault();
        return exposed;
      },
      prune: async (now, retention) => {
        this.pruned.push(now);
        if (this.failing === 'until_pruned') this.failing = 'no';
        if (this.failing !== 'no') throw fault();
        await real.prune(now, retention);
      },
      finish: async (at) => void this.calls.push(`finish ${at}`),
      close: async () => void this.calls.push('close'),
    };
  }
}

describe('the recorder', () => {
  it('tells store and log, once, of a clock that was set', async () => {
    const { clock, recorder, store, logged } = await recording();
    store.failing = 'before';
    clock.setAhead(20_000);
    await recorder.flush();
    store.failing = 'no';
    await recorder.flush();
    await recorder.flush();
    expect(store.written.flatMap(({ clockJumps }) => clockJumps)).toEqual([20_000]);
    const told = logged.filter(({ message }) => message.includes('clock'));
    expect(told).toMatchObject([{ level: 'warn', fields: { milliseconds: 20_000 } }]);
  });

  it('writes each interval what was counted and found since the one before', async () => {
    const { clock, ledger, recorder, real } = await recording();
    ledger.request(rowAt(0), 'GET', 200);
    ledger.end(rowAt(0), 'match');
    recorder.accept({ ...OF_FIRST, signatures: [signature({ count: 2 })], evidence: [], rules: [], redactions: [] });
    clock.advance(999);
    expect(await real.summary()).toMatchObject({ requests: 0 });
    clock.advance(1);
    await recorder.flush();
    expect(await real.summary()).toMatchObject({ requests: 1, outcomes: [{ ending: 'match', count: 1 }] });
    expect(await real.signatures({})).toMatchObject([{ count: 2 }]);
    ledger.request(rowAt(1), 'GET', 200);
    clock.advance(1_000);
    await recorder.flush();
    expect((await real.summary()).routes.map(({ route }) => route)).toEqual(['orders', 'users']);
    expect(await real.signatures({})).toMatchObject([{ count: 2 }]);
    expect(recorder.state).toMatchObject({ kind: 'ok' });
  });

  it('records what comes under a former name under the present one', async () => {
    const { recorder, real, store } = await recording();
    const evidence = { route: 'orders', path: '$.a', kind: 'value' as const, shadowOnly: 1, controlOnly: 0, both: 0 };
    const many = signature({ id: 'many', places: [...signature().places, { path: '…', kind: 'budget' }] });
    const examples = [example('e1', 0.5)];
    const batch = {
      ...OF_FIRST,
      signatures: [signature({ examples }), many],
      evidence: [evidence],
      rules: [],
      redactions: [],
    };
    recorder.accept(batch);
    recorder.rename({ service: 'default', from: 'orders', to: 'all' });
    recorder.rename({ service: 'default', from: 'all', to: 'newest' });
    recorder.accept(batch);
    await recorder.flush();
    recorder.accept(batch);
    await recorder.flush();
    const signatures = await real.signatures({});
    expect(signatures.map(({ route, count, places }) => [route, count, places.length])).toEqual([
      ['newest', 3, 1],
      ['newest', 3, 2],
    ]);
    expect((await real.signature(signatures[0]!.id))?.examples.map(({ route }) => route)).toEqual(
      Array(3).fill('newest'),
    );
    expect(await real.evidence()).toMatchObject([{ route: 'newest', shadowOnly: 3 }]);
    expect(store.written.map(({ renamings }) => renamings.length)).toEqual([2, 0]);

    // A name that comes into use again is no former one.
    recorder.rename({ service: 'default', from: 'newest', to: 'orders' });
    recorder.accept({ ...batch, signatures: [signature({ id: 's2', places: [{ path: '$.b', kind: 'type' }] })] });
    await recorder.flush();
    expect((await real.signatures({})).map(({ route }) => route)).toEqual(['orders', 'orders', 'orders']);
  });

  it('writes a flush even when nothing happened, so that a gap after a crash is no longer than it was', async () => {
    const { clock, recorder, store } = await recording();
    clock.advance(3_000);
    await recorder.flush();
    const last = store.written.at(-1)!;
    expect(last).toMatchObject({ at: NOON + 3_000, counts: [] });
    expect(store.written.map(({ sequence }) => sequence)).toEqual(store.written.map((_, index) => index + 1));
  });

  it('puts each count into the minute in which it was gathered', async () => {
    const { clock, ledger, recorder, real } = await recording();
    ledger.request(rowAt(0), 'GET', 200);
    clock.advance(MINUTE);
    await recorder.flush();
    ledger.request(rowAt(0), 'GET', 200);
    clock.advance(MINUTE);
    await recorder.flush();
    expect(await real.summary()).toMatchObject({ requests: 2 });
    expect(await real.summary({ from: NOON + 2 * MINUTE })).toMatchObject({ requests: 1 });
  });

  it('never has two flushes under way', async () => {
    const { clock, ledger, recorder, real, store } = await recording();
    const held = gate();
    store.held = held.opened;
    ledger.request(rowAt(0), 'GET', 200);
    clock.advance(5_000);
    expect(store.written).toEqual([]);
    held.open();
    await recorder.flush();
    // The one that was held, and the one that was asked for; the intervals between went by.
    expect(store.written).toHaveLength(2);
    expect(await real.summary()).toMatchObject({ requests: 1 });
  });

  it('prunes once a minute', async () => {
    const { clock, recorder, store } = await recording();
    for (let second = 0; second < 150; second++) {
      clock.advance(1_000);
      await recorder.flush();
    }
    expect(store.pruned).toEqual([NOON + MINUTE, NOON + 2 * MINUTE]);
  });
});

describe('the recorder on a failing store', () => {
  it('keeps everything until the store works again, each minute apart, and says so once', async () => {
    const { clock, ledger, recorder, real, store, logged } = await recording();
    store.failing = 'before';
    for (let minute = 0; minute < 3; minute++) {
      ledger.request(rowAt(0), 'GET', 200);
      ledger.end(rowAt(0), 'mismatch');
      recorder.accept({ ...OF_FIRST, signatures: [signature()], evidence: [], rules: [], redactions: [] });
      await recorder.flush();
      clock.advance(MINUTE);
    }
    await recorder.flush();
    expect(recorder.state).toEqual({
      kind: 'degraded',
      since: NOON,
      error: 'store results.db: database or disk is full',
      pendingRequests: 3,
      pendingMinutes: 4,
      // Those of the flush that failed, and those since.
      pendingSignatures: 2,
      droppedExamples: 0,
      droppedUsers: 0,
    });
    expect(await real.summary()).toMatchObject({ requests: 0 });
    store.failing = 'no';
    await recorder.flush();
    expect(recorder.state).toMatchObject({ kind: 'ok' });
    expect(await real.summary()).toMatchObject({ requests: 3, outcomes: [{ ending: 'mismatch', count: 3 }] });
    expect(await real.summary({ from: NOON + MINUTE, to: NOON + MINUTE })).toMatchObject({ requests: 1 });
    expect(await real.signatures({})).toMatchObject([{ count: 3 }]);
    expect(logged.map(({ level }) => level)).toEqual(['error', 'info']);
  });

  it('counts once what was written when only the answer was lost', async () => {
    const { clock, ledger, recorder, real, store } = await recording();
    store.failing = 'after';
    ledger.request(rowAt(0), 'GET', 200);
    recorder.accept({ ...OF_FIRST, signatures: [signature()], evidence: [], rules: [], redactions: [] });
    await recorder.flush();
    ledger.request(rowAt(0), 'GET', 200);
    clock.advance(MINUTE);
    await recorder.flush();
    store.failing = 'no';
    await recorder.flush();
    expect(await real.summary()).toMatchObject({ requests: 2 });
    expect(await real.signatures({})).toMatchObject([{ count: 1 }]);
  });

  it('keeps all counts over an outage of a day, in bounded memory', async () => {
    const routes = Array.from({ length: 10 }, (_, index) => `route-${index}`);
    const { clock, ledger, recorder, real, store } = await recording({ routes });
    store.failing = 'before';
    for (let minute = 0; minute < 24 * 60; minute += 10) {
      for (const route of routes.keys()) ledger.end(rowAt(route), 'match', 3);
      await recorder.flush();
      clock.advance(10 * MINUTE);
    }
    const { state } = recorder;
    expect(state.kind === 'degraded' && state.pendingMinutes).toBeLessThan(60);
    store.failing = 'no';
    await recorder.flush();
    expect((await real.summary()).outcomes).toEqual([{ ending: 'match', count: 24 * 6 * 10 * 3 }]);
  });

  it('drops examples, and counts them, but no counts, when findings are too many', async () => {
    const { recorder, real, store, logged } = await recording();
    store.failing = 'before';
    const content = 'x'.repeat(128 * 1024);
    const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
    const request = { ...recorded().request, body };
    for (let index = 0; index < 1_000; index++) {
      const examples = [example(`x${index}`, 0.5, { request })];
      recorder.accept({
        ...OF_FIRST,
        signatures: [signature({ id: `s${index}`, examples })],
        evidence: [],
        rules: [],
        redactions: [],
      });
    }
    await recorder.flush();
    const { state } = recorder;
    expect(state.kind === 'degraded' && state.droppedExamples).toBeGreaterThan(200);
    store.failing = 'no';
    await recorder.flush();
    const rows = await real.signatures({ limit: 1000 });
    expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(1_000);
    expect(rows.length).toBeLessThanOrEqual(501);
    expect(rows[0]).toMatchObject({ places: [{ path: '…', kind: 'budget' }] });
    expect(logged.at(-1)!.fields).toMatchObject({ droppedExamples: expect.any(Number) });
  });

  it('makes room in a store that is full before it waits', async () => {
    const { ledger, recorder, real, store, logged } = await recording();
    store.failing = 'until_pruned';
    ledger.request(rowAt(0), 'GET', 200);
    await recorder.flush();
    expect(recorder.state).toMatchObject({ kind: 'ok', pendingRequests: 0 });
    expect(await real.summary()).toMatchObject({ requests: 1 });
    expect(logged).toEqual([]);
  });

  it('counts the examples that were given up before they came to it, and knows when it was told last', async () => {
    const { clock, recorder } = await recording();
    recorder.dropped(3);
    recorder.dropped(4);
    expect(recorder.state).toMatchObject({ kind: 'ok', droppedExamples: 7 });
    await recorder.flush();
    clock.advance(MINUTE);
    await recorder.flush();
    expect(recorder.state).toMatchObject({ droppedExamples: 7, droppedAt: NOON });
    recorder.dropped(1);
    await recorder.flush();
    expect(recorder.state).toMatchObject({ droppedExamples: 8, droppedAt: NOON + MINUTE });
  });

  it('goes on pruning, so that a full store gets room, and is quiet about it', async () => {
    const { clock, recorder, store, logged } = await recording();
    store.failing = 'before';
    for (let minute = 0; minute < 3; minute++) {
      clock.advance(MINUTE);
      await recorder.flush();
    }
    expect(store.pruned.length).toBeGreaterThanOrEqual(2);
    expect(logged).toHaveLength(1);
  });
});

describe('the end of the recorder', () => {
  it('writes what is left, says that the run is complete, closes the store, and ends all scheduling', async () => {
    const { clock, ledger, recorder, real, store } = await recording();
    ledger.request(rowAt(0), 'GET', 200);
    recorder.accept({ ...OF_FIRST, signatures: [signature()], evidence: [], rules: [], redactions: [] });
    await recorder.writeLast();
    await recorder.close();
    expect(await real.summary()).toMatchObject({ requests: 1 });
    expect(await real.signatures({})).toHaveLength(1);
    expect(store.calls).toEqual([`finish ${NOON}`, 'close']);
    expect(clock.scheduled).toBe(0);
  });

  it('after a last flush that failed leaves a gap, and says what is lost', async () => {
    const { ledger, recorder, store, logged } = await recording();
    store.failing = 'before';
    ledger.request(rowAt(0), 'GET', 200);
    recorder.accept({ ...OF_FIRST, signatures: [signature()], evidence: [], rules: [], redactions: [] });
    await recorder.writeLast();
    await recorder.close();
    expect(store.calls).toEqual(['close']);
    expect(logged.at(-1)).toMatchObject({ level: 'error', fields: { requests: 1, signatures: 1 } });
  });

  it('waits for a flush that is under way', async () => {
    const { clock, ledger, recorder, store } = await recording();
    const held = gate();
    store.held = held.opened;
    ledger.request(rowAt(0), 'GET', 200);
    clock.advance(1_000);
    const ended = recorder.writeLast().then(() => recorder.close());
    expect(store.calls).toEqual([]);
    held.open();
    await ended;
    expect(store.calls).toEqual([`finish ${NOON + 1_000}`, 'close']);
    expect(store.written.filter(({ counts }) => counts.length > 0)).toHaveLength(1);
  });
});
