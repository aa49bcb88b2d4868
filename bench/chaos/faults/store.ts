import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync, statSync, truncateSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { mayMount } from '../../../test/support/namespaces.ts';
import type { Stage } from '../stage.ts';
import { type Fault, repeatedly } from './fault.ts';

/** Undoes the harm. */
type Repair = () => unknown;

function lasting(name: string, harm: (stage: Stage) => Repair | Promise<Repair>, possible = () => true): Fault {
  return {
    name,
    victim: 'store',
    possible,
    harm: async (stage, ms) => {
      const repair = await harm(stage);
      await delay(ms);
      await repair();
    },
  };
}

/** By this, what was recorded before is lost, or set aside. */
function losing(name: string, harm: (stage: Stage) => void): Fault {
  return {
    name,
    victim: 'store',
    harm: async (stage, ms) => {
      attempt(() => harm(stage));
      await delay(ms);
      // It is noticed with the next use; the results until then may go with the file.
      await delay(1_000);
      stage.lost = (await stage.proxy.metrics()).requests;
    },
  };
}

/** The store may be away for the moment in which it is opened anew. */
function attempt(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Takes all the room of its disk. */
function fill({ disk }: Stage): Repair {
  const ballast = join(disk, 'ballast');
  const file = openSync(ballast, 'w');
  for (const size of [65_536, 4_096, 1]) {
    try {
      while (writeSync(file, Buffer.alloc(size)) > 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
  closeSync(file);
  return () => rmSync(ballast);
}

/** Locks it in the mount namespace of the proxy, for as long as this process lives at most. */
async function lock({ proxy, folder }: Stage): Promise<Repair> {
  const holding = `const { DatabaseSync } = require('node:sqlite');
    new DatabaseSync(process.argv[1], { timeout: 10_000 }).exec('BEGIN EXCLUSIVE');
    console.log('locked'); process.stdin.resume().on('end', () => process.exit());`;
  const path = join(folder, 'disk', 'understudy.db');
  const child = spawn('nsenter', ['-t', `${proxy.child.pid}`, '-m', process.execPath, '-e', holding, path]);
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  return () => {
    child.kill('SIGKILL');
    return ended;
  };
}

function signal({ proxy }: Stage, name: NodeJS.Signals): void {
  const pid = proxy.storeProcess;
  if (pid !== undefined) attempt(() => process.kill(pid, name));
}

export const STORE_FAULTS: readonly Fault[] = [
  lasting('a full disk', fill, mayMount),
  lasting('a store that another program locks', lock, mayMount),
  lasting('a disk that takes 500 ms a write', (stage) => {
    signal(stage, 'SIGUSR2');
    const slowed = stage.proxy.storeProcess;
    return () => {
      if (stage.proxy.storeProcess === slowed) signal(stage, 'SIGUSR2');
    };
  }),
  lasting('a store process that hangs', (stage) => {
    signal(stage, 'SIGSTOP');
    return () => signal(stage, 'SIGCONT');
  }),
  {
    name: 'a store process that is killed',
    victim: 'store',
    harm: (stage, ms) => repeatedly(1_000, ms, () => signal(stage, 'SIGKILL')),
  },
  {
    name: 'a store whose index is cut',
    victim: 'store',
    harm: ({ proxy }, ms) => repeatedly(500, ms, () => attempt(() => truncateSync(`${proxy.store}-shm`, 0))),
  },
  losing('a store that is deleted', ({ proxy }) => rmSync(proxy.store)),
  losing('a store that is cut short', ({ proxy }) => {
    truncateSync(proxy.store, Math.floor(statSync(proxy.store).size / 2));
  }),
];
