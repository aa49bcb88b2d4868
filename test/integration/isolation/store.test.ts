/** What can happen to the store of a proxy that runs, on a disk of its own, one thing after the other, and clients all along. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startAudience, startWell } from '../../support/audience.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { metrics, settled } from '../../support/metrics.ts';
import { asSeenBy, mayMount, onSmallDisk } from '../../support/namespaces.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { startUnderstudy } from '../../support/understudy.ts';

/** Undoes the harm. */
type Repair = () => void;

/** The store of a proxy whose disk only it can see by its name. */
interface Store {
  /** From here. */
  readonly file: string;
  /** By another program. */
  lock(): Promise<Repair>;
}

/** By these, what was recorded before is lost, or set aside. */
const LOSING: ReadonlySet<string> = new Set(['deleted', 'cut short']);

/** Of a store process that is begun anew several times beside other tests. */
const SOON = { timeout: 20_000 };

const HARMS: Readonly<Record<string, (store: Store) => Repair | Promise<Repair>>> = {
  // Not the files beside it: the store may be anew before they are gone, and lose them a second time.
  deleted: ({ file }) => {
    rmSync(file);
    return () => {};
  },
  'cut short': ({ file }) => {
    truncateSync(file, Math.floor(statSync(file).size / 2));
    return () => {};
  },
  full: ({ file }) => {
    const ballast = join(file, '..', 'ballast');
    fill(ballast);
    return () => rmSync(ballast);
  },
  locked: (store) => store.lock(),
};

/** Locks a store in the mount namespace of a process. */
async function lockWhere(pid: number, path: string): Promise<Repair> {
  const lock =
    "const { DatabaseSync } = require('node:sqlite'); new DatabaseSync(process.argv[1], { timeout: 10_000 }).exec('BEGIN EXCLUSIVE');";
  const holding = `${lock} console.log('locked'); setInterval(() => {}, 1_000);`;
  const child = spawn('nsenter', ['-t', `${pid}`, '-m', process.execPath, '-e', holding, path]);
  afterThisTest(() => child.kill());
  const [said] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  expect(`${said}`).toBe('locked\n');
  return () => child.kill();
}

/** Takes all the room of a small disk. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (const size of [65_536, 4_096, 1]) writeAll(file, Buffer.alloc(size));
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  try {
    while (writeSync(file, bytes) > 0);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ENOSPC' });
  }
}

test.skipIf(!mayMount())(
  'whatever happens to the store, clients have their responses in time, it is said, nothing since is lost, and no restart is needed',
  { timeout: 60_000 },
  async () => {
    const [primary, shadow] = await Promise.all([startWell(), startWell()]);
    const directory = temporaryDirectory();
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    const understudy = await startUnderstudy(
      { primary: primary.url, shadow: shadow.url, store: { path: './disk/understudy.db', flushInterval: '100ms' } },
      { directory, wrapper: onSmallDisk(disk, '16m') },
    );
    const { port, adminPort, process, logs, stop } = understudy;
    const path = join(disk, 'understudy.db');
    const store = { file: asSeenBy(process.pid!, path), lock: () => lockWhere(process.pid!, path) };
    const audience = startAudience(port, ['/items/1', '/items/2']);
    const troubles = async () => {
      const now = await metrics(adminPort);
      return now.sum('understudy_recorder_degraded') + now.sum('understudy_store_damages_total');
    };
    const recorded = async () => {
      const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/summary`);
      return ((await response.json()) as { results: { requests: number } }).results.requests;
    };
    await expect.poll(recorded, SOON).toBeGreaterThan(0);
    let lost = 0;
    for (const [what, harm] of Object.entries(HARMS)) {
      const [before, told] = [await troubles(), logs().length];
      const repair = await harm(store);
      await expect.poll(troubles, { ...SOON, message: what }).toBeGreaterThan(before);
      await audience.more(50);
      if (LOSING.has(what)) lost = (await metrics(adminPort)).requests;
      repair();
      // Whoever only reads may be the first to notice: then the recorder never fails, and there is no line that it is back.
      const degraded = async () => (await metrics(adminPort)).sum('understudy_recorder_degraded');
      await expect.poll(degraded, { ...SOON, message: what }).toBe(0);
      expect(logs().length - told, what).toBeLessThanOrEqual(4);
    }
    const { requests } = await settled(adminPort, await audience.unharmed());
    await expect.poll(recorded, SOON).toBeGreaterThanOrEqual(requests - lost);
    expect(
      await troubles(),
      logs()
        .map(({ msg }) => msg)
        .join('\n'),
    ).toBe(LOSING.size);
    expect(await stop()).toBe(0);
  },
);
