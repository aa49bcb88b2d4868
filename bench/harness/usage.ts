/** CPU time and memory of a process with all its threads and descendants, read from Linux's /proc (see proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

/** The unit of CPU times in /proc; 100 a second on every Linux that Node runs on. */
const TICK_US = 1e6 / 100;

/** Microseconds of user and system time, ended threads and children included. */
export function cpuTime(pid: number): number {
  return sum(tree(pid), (member) => {
    const fields = statFields(`/proc/${member}/stat`);
    return fields === undefined ? 0 : sum(fields.slice(11, 15), Number) * TICK_US;
  });
}

/** Microseconds of CPU time of the living threads, added up by thread name. */
export function cpuByThread(pid: number): Map<string, number> {
  const byName = new Map<string, number>();
  for (const member of tree(pid)) {
    for (const thread of list(`/proc/${member}/task`)) {
      const name = read(`/proc/${member}/task/${thread}/comm`)?.trim();
      const fields = statFields(`/proc/${member}/task/${thread}/stat`);
      if (name === undefined || fields === undefined) continue;
      byName.set(name, (byName.get(name) ?? 0) + sum(fields.slice(11, 13), Number) * TICK_US);
    }
  }
  return byName;
}

/** Bytes resident now. Pages that processes of one tree share are counted once for each. */
export function residentBytes(pid: number): number {
  return statusBytes(pid, 'VmRSS');
}

/** Bytes resident at most since each process started. */
export function peakResidentBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM');
}

/**
 * Bytes that the system charges a container with for these processes: what is theirs alone, and each page of a file that
 * they have mapped (the program, its libraries) once, however many of them map it, or however often: each isolate of V8
 * maps the builtins again. From /proc/PID/smaps.
 */
export function chargedBytes(pid: number): number {
  const files = new Map<string, number>();
  let own = 0;
  for (const member of tree(pid)) {
    /** Offset, device and inode. */
    let pages = '';
    let resident = 0;
    for (const line of (read(`/proc/${member}/smaps`) ?? '').split('\n')) {
      const mapping = /^[0-9a-f]+-[0-9a-f]+ \S+ (\S+ \S+ \d+)/.exec(line);
      if (mapping !== null) pages = mapping[1]!;
      const [, name, kilobytes] = /^(Rss|Anonymous): +(\d+) kB$/.exec(line) ?? [];
      const bytes = Number(kilobytes ?? 0) * 1024;
      if (name === 'Rss') resident = bytes;
      if (name !== 'Anonymous') continue;
      own += bytes;
      files.set(pages, Math.max(files.get(pages) ?? 0, resident - bytes));
    }
  }
  return own + sum([...files.values()], (bytes) => bytes);
}

/** Descriptors open now. */
export function openDescriptors(pid: number): number {
  return sum(tree(pid), (member) => list(`/proc/${member}/fd`).length);
}

/** Microseconds that a core has been busy for anybody. */
export function coreBusyTime(core: number): number {
  const line = read('/proc/stat')
    ?.split('\n')
    .find((candidate) => candidate.startsWith(`cpu${core} `));
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (line ?? '').split(/\s+/).slice(1).map(Number);
  return (user + nice + system + irq + softirq) * TICK_US;
}

function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of list('/proc')) {
    const pid = Number(entry);
    const parent = Number.isInteger(pid) ? statFields(`/proc/${pid}/stat`)?.[1] : undefined;
    if (parent === undefined) continue;
    const siblings = children.get(Number(parent));
    if (siblings === undefined) children.set(Number(parent), [pid]);
    else siblings.push(pid);
  }
  const members = [root];
  for (const member of members) members.push(...(children.get(member) ?? []));
  return members;
}

/** The fields after the command's name, which may itself hold spaces and brackets: index 0 is the state. */
function statFields(path: string): string[] | undefined {
  const text = read(path);
  return text?.slice(text.lastIndexOf(')') + 2).split(' ');
}

function statusBytes(pid: number, field: string): number {
  return sum(tree(pid), (member) => {
    const kilobytes = read(`/proc/${member}/status`)?.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1];
    return Number(kilobytes ?? 0) * 1024;
  });
}

function sum<T>(values: readonly T[], amount: (value: T) => number): number {
  return values.reduce((total, value) => total + amount(value), 0);
}

/** Processes and threads end while they are looked at; what is gone reads as absent. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
