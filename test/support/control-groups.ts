/** Control groups, whose limits the kernel enforces: a process that needs more memory than its group has is killed. */
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterThisTest } from './cleanup.ts';

const ROOT = '/sys/fs/cgroup';

/** Where a group with a limit of memory may be made, and the file of the limit: version 2, or version 1 (man 7 cgroups). */
function places(): readonly { readonly parent: string; readonly file: string }[] {
  const [, own = '/'] = /^\d+:(?:\w+,)*memory(?:,\w+)*:(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8')) ?? [];
  return [
    { parent: ROOT, file: 'memory.max' },
    { parent: join(ROOT, 'memory', own), file: 'memory.limit_in_bytes' },
  ];
}

let groups = 0;

/** A new group with so many bytes; undefined where there can be none. */
function makeGroup(bytes: number): string | undefined {
  for (const { parent, file } of places()) {
    const group = join(parent, `understudy-${process.pid}-${++groups}`);
    try {
      mkdirSync(group);
    } catch {
      continue;
    }
    try {
      // Not to be made where the kernel has none.
      writeFileSync(join(group, file), `${bytes}`, { flag: 'r+' });
      return group;
    } catch {
      rmdirSync(group);
    }
  }
  return undefined;
}

/** What a process left behind in its group may end a moment later than that process. */
function isGone(group: string): boolean {
  try {
    rmdirSync(group);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

/** Whether that may be done here. */
export function mayLimitMemory(): boolean {
  try {
    const group = makeGroup(2 ** 30);
    if (group !== undefined) rmdirSync(group);
    return group !== undefined;
  } catch {
    return false;
  }
}

/** Starts a program in a group of its own with so many bytes of memory. The group vanishes after the test. */
export function inMemoryOf(bytes: number): string[] {
  const group = makeGroup(bytes)!;
  afterThisTest(async () => {
    while (!isGone(group)) await pause(20);
  });
  return ['sh', '-c', `echo $$ > ${group}/cgroup.procs && exec "$@"`, 'sh'];
}
