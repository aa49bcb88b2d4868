import { readdirSync, readFileSync, renameSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StoreProcess } from '../../../src/record/process/store-process.ts';
import { ReopeningStore } from '../../../src/record/reopening-store.ts';
import { SqliteReader } from '../../../src/record/sqlite/reader.ts';
import type { Run } from '../../../src/record/store.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { flush, signature } from '../../support/flushes.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { storeContract } from '../../support/store-contract.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

const newPath = () => join(temporaryDirectory(), 'results.db');

function holder(path: string, run: Run = { id: 'run-1', startedAt: 0 }) {
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const held = new StoreProcess({ path, run, limit: 2 ** 30, env: process.env, nice: 0, warn, onDoubt: () => {} });
  afterThisTest(() => held.end());
  return { held, warnings };
}

/** The process that holds a store: the only child of `parent` that runs it. */
function holderOf(parent: number): number {
  const found = readdirSync('/proc').find((pid) => {
    try {
      const parentId = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
      return (
        Number(parentId) === parent && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('record/process/entry')
      );
    } catch {
      return false;
    }
  });
  if (found === undefined) throw new Error(`process ${parent} has no child that holds a store`);
  return Number(found);
}

const write = (sequence: number) =>
  flush({ sequence, at: 0, routes: { orders: { requests: 1 } }, signatures: [signature()] });

describe('a store in a process of its own', () => {
  storeContract({ place: newPath, open: async (path, run) => holder(path, run).held.open('unknown') });

  it.each(['SIGBUS', 'SIGKILL', 'SIGSEGV'] as const)(
    'is opened anew when that process dies of %s, and loses nothing and counts nothing twice',
    async (signal) => {
      const { held, warnings } = holder(newPath());
      const store = await ReopeningStore.start((condition) => held.open(condition));
      afterThisTest(() => store.close());
      await store.write(write(1));
      process.kill(holderOf(process.pid), signal);
      await store.write(write(2));
      await store.write(write(2));
      expect(await store.summary()).toMatchObject({ requests: 2, gaps: [] });
      expect(warnings).toEqual([expect.stringContaining(signal === 'SIGBUS' ? '-shm file was cut short' : signal)]);
    },
  );

  it('answers what was asked when the process died', async () => {
    const { held } = holder(newPath());
    const store = await ReopeningStore.start((condition) => held.open(condition));
    afterThisTest(() => store.close());
    await store.write(write(1));
    const pid = holderOf(process.pid);
    process.kill(pid, 'SIGSTOP');
    const asked = [store.write(write(2)), store.summary(), store.signatures({})] as const;
    process.kill(pid, 'SIGKILL');
    await Promise.all(asked);
    expect(await store.summary()).toMatchObject({ requests: 2 });
  });

  it('is not ended by the signals that a terminal or a service manager sends to all', async () => {
    const { held, warnings } = holder(newPath());
    const store = await held.open('unknown');
    const pid = holderOf(process.pid);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    await store.write(write(1));
    expect(await store.summary()).toMatchObject({ requests: 1 });
    expect(warnings).toEqual([]);
    await store.close();
  });

  it('ends while the store rests, and is begun anew with the next use', async () => {
    const { held, warnings } = holder(newPath());
    const store = await ReopeningStore.start(
      (condition) => held.open(condition),
      () => held.rest(),
    );
    afterThisTest(() => store.close());
    await store.write(write(1));
    const pid = holderOf(process.pid);
    await store.rest();
    await expect.poll(() => isAlive(pid)).toBe(false);
    await store.write(write(2));
    expect(await store.summary()).toMatchObject({ requests: 2, gaps: [] });
    expect(warnings).toEqual([]);
  });

  it('says that its file was removed while the store rested', async () => {
    const path = newPath();
    const { held, warnings } = holder(path);
    const store = await ReopeningStore.start(
      (condition) => held.open(condition),
      () => held.rest(),
    );
    afterThisTest(() => store.close());
    await store.write(write(1));
    await store.rest();
    renameSync(path, `${path}.away`);
    await store.write(write(2));
    expect(await store.summary()).toMatchObject({ requests: 1 });
    expect(warnings).toEqual([expect.stringContaining('removed or replaced')]);
  });

  it.each(['', '-wal', '-shm'])(
    'says once that its file%s was removed, however many look at the same time',
    async (suffix) => {
      const path = newPath();
      const { held, warnings } = holder(path);
      const store = await ReopeningStore.start((condition) => held.open(condition));
      afterThisTest(() => store.close());
      await store.write(write(1));
      renameSync(`${path}${suffix}`, `${path}${suffix}.away`);
      const asked = [store.summary(), store.services(), store.write(write(2)), store.summary()];
      await Promise.allSettled(asked);
      await store.write(write(2));
      expect(warnings).toEqual([expect.stringContaining('removed or replaced')]);
    },
  );

  it('is not begun anew once it was ended, though something still waits for it', async () => {
    const { held } = holder(newPath());
    const store = await ReopeningStore.start((condition) => held.open(condition));
    process.kill(holderOf(process.pid), 'SIGSTOP');
    const written = store.write(write(1));
    held.end();
    await expect(written).rejects.toMatchObject({ fault: 'closed' });
    expect(() => holderOf(process.pid)).toThrow('has no child');
  });

  it('says what keeps it from being opened', async () => {
    const { held } = holder(join(temporaryDirectory(), 'missing', 'results.db'));
    await expect(held.open('unknown')).rejects.toMatchObject({
      fault: 'misplaced',
      message: expect.stringContaining('create it'),
    });
  });
});

async function visit(understudy: Understudy, count: number): Promise<void> {
  const client = await connectRaw(understudy.port);
  for (let number = 0; number < count; number++) {
    await client.send('GET /items HTTP/1.1\r\nHost: example.test\r\n\r\n');
    expect((await client.response()).status).toBe(200);
  }
  client.destroy();
}

async function started(): Promise<Understudy> {
  const [primary, shadow] = await Promise.all([
    startOrigin((_request, reply) => reply.send({ body: 'a' })),
    startOrigin((_request, reply) => reply.send({ body: 'b' })),
  ]);
  return startUnderstudy({
    primary: primary.url,
    shadow: shadow.url,
    store: { path: './understudy.db', flushInterval: '100ms' },
  });
}

async function recorded({ store }: Understudy): Promise<number> {
  const reader = await SqliteReader.openFile(store);
  const { requests } = await reader.summary();
  await reader.close();
  return requests;
}

describe('the proxy', () => {
  it('loses nothing when its store is cut short in the middle of every use', async () => {
    const understudy = await started();
    const shm = `${understudy.store}-shm`;
    let cuts = 0;
    const cutting = new AbortController();
    const cutter = (async () => {
      for (; !cutting.signal.aborted; cuts++) {
        // It is away for the moment in which the store is opened anew.
        try {
          truncateSync(shm, 0);
        } catch {}
        await new Promise(setImmediate);
      }
    })();
    await visit(understudy, 1_000);
    await settled(understudy.adminPort, 1_000);
    cutting.abort();
    await cutter;
    expect(cuts).toBeGreaterThan(100);
    expect((await metrics(understudy.adminPort)).sum('understudy_store_damages_total')).toBeGreaterThan(0);
    expect(await understudy.stop()).toBe(0);
    expect(await recorded(understudy)).toBe(1_000);
  });

  it.each(['SIGBUS', 'SIGKILL'] as const)(
    'loses nothing when the process that holds its store dies of %s',
    async (signal) => {
      const understudy = await started();
      await visit(understudy, 10);
      process.kill(holderOf(understudy.process.pid!), signal);
      await understudy.logged(({ msg }) => msg?.includes('opened again') ?? false);
      await visit(understudy, 10);
      await settled(understudy.adminPort, 20);
      expect(await understudy.stop()).toBe(0);
      expect(await recorded(understudy)).toBe(20);
    },
  );

  it('serves clients and its health, and stops in time, while its store hangs', async () => {
    const understudy = await started();
    await visit(understudy, 10);
    process.kill(holderOf(understudy.process.pid!), 'SIGSTOP');
    await visit(understudy, 100);
    await settled(understudy.adminPort, 110);
    expect((await fetch(`http://127.0.0.1:${understudy.adminPort}/livez`)).status).toBe(200);
    expect(await understudy.stop()).toBe(0);
    expect(understudy.logs()).toContainEqual(
      expect.objectContaining({ msg: expect.stringContaining('does not respond'), level: 'error' }),
    );
  });

  it('leaves no process behind when it is killed', async () => {
    const understudy = await started();
    await visit(understudy, 1);
    const pid = holderOf(understudy.process.pid!);
    understudy.kill('SIGKILL');
    await understudy.exited;
    await expect.poll(() => isAlive(pid)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    // One that ended and that nobody has asked for yet is still listed.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
