import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { afterThisTest } from '../../support/cleanup.ts';
import { gate } from '../../support/gate.ts';
import { metrics } from '../../support/metrics.ts';
import { type MuteUnderstudy, startMute } from '../../support/mute-understudy.ts';
import { startOrigin } from '../../support/origin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const startPlain = () => startOrigin((_request, reply) => reply.send({ body: 'twelve bytes' }));

/** Asks so often, each time with a target so long, that more is logged than a pipe holds. */
async function ask({ url }: Pick<MuteUnderstudy, 'url'>, times = 1, targetLength = 1): Promise<void> {
  for (let asked = 0; asked < times; asked++) {
    const response = await fetch(`${url}/${'x'.repeat(targetLength)}`);
    expect(await response.text()).toBe('twelve bytes');
  }
}

/** Waits until a counter is above zero. */
async function counted({ adminPort }: MuteUnderstudy, name: string): Promise<number> {
  for (;;) {
    const count = (await metrics(adminPort)).sum(name);
    if (count > 0) return count;
    await pause(20);
  }
}

async function isAlive({ adminPort }: MuteUnderstudy): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${adminPort}/livez`)).status === 200;
}

async function isReady({ adminPort }: MuteUnderstudy): Promise<boolean> {
  return (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).status === 200;
}

/** A descriptor that the test closes, if nothing does before. */
function opened(path: string, flags: number): number {
  const descriptor = openSync(path, flags);
  afterThisTest(() => closeSync(descriptor));
  return descriptor;
}

function fifo(): string {
  const path = join(temporaryDirectory(), 'fifo');
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  return path;
}

/** Takes what is in a pipe, without waiting. */
function drained(descriptor: number): string {
  const buffer = Buffer.alloc(1024 * 1024);
  let text = '';
  for (;;) {
    try {
      const length = readSync(descriptor, buffer);
      if (length === 0) return text;
      text += buffer.toString('latin1', 0, length);
    } catch {
      return text;
    }
  }
}

describe.each(['json', 'pretty'])('a %s log', (format) => {
  test('on a full disk costs its lines, which are counted and told on standard error', async () => {
    const origin = await startPlain();
    const understudy = await startMute(
      { primary: origin.url, shadow: origin.url, log: { format, access: 'json' } },
      { stdout: opened('/dev/full', constants.O_WRONLY) },
    );
    await ask(understudy, 3);
    understudy.process.kill('SIGHUP');
    await counted(understudy, 'understudy_log_dropped_total');
    await counted(understudy, 'understudy_access_log_dropped_total');
    expect(await isAlive(understudy)).toBe(true);
    understudy.process.kill('SIGTERM');
    expect(await understudy.exited).toBe(0);
    expect(understudy.stderr()).toContain(
      "the log can't be written to standard output, and its lines are lost: the disk is full\n",
    );
    expect(understudy.stderr()).not.toContain('    at ');
  });

  test('whose reader has gone costs its lines, and nothing else', async () => {
    const origin = await startPlain();
    const understudy = await startMute(
      { primary: origin.url, shadow: origin.url, log: { format, access: 'json' } },
      { stdout: 'pipe' },
    );
    understudy.process.stdout!.destroy();
    await ask(understudy, 3);
    understudy.process.kill('SIGHUP');
    await counted(understudy, 'understudy_log_dropped_total');
    await counted(understudy, 'understudy_access_log_dropped_total');
    understudy.process.kill('SIGTERM');
    expect(await understudy.exited).toBe(0);
  });
});

describe.each(['a pipe', 'a socket'])('a log through %s that nobody reads', (kind) => {
  /** A descriptor that is both ends of a pipe has a reader, which never reads. */
  const unread = () => (kind === 'a socket' ? 'pipe' : opened(fifo(), constants.O_RDWR));
  const log = { format: 'json', access: 'json' };

  test('holds up neither clients nor the end of the process', async () => {
    const origin = await startPlain();
    const understudy = await startMute({ primary: origin.url, shadow: origin.url, log }, { stdout: unread() });
    await ask(understudy, 300, 2_000);
    expect(await isAlive(understudy)).toBe(true);
    understudy.process.kill('SIGTERM');
    expect(await understudy.exited).toBe(0);
  });

  test('does not hold up the end that a second signal asks for', async () => {
    const hold = gate();
    const origin = await startOrigin(async ({ target }, reply) => {
      if (target === '/held') await hold.opened;
      await reply.send({ body: 'twelve bytes' });
    });
    const config = { primary: origin.url, shadow: origin.url, mirror: { enabled: false }, log };
    const understudy = await startMute(config, { stdout: unread() });
    await ask(understudy, 300, 2_000);
    const held = fetch(`${understudy.url}/held`).catch(() => 'cut');
    await origin.received(301);
    understudy.process.kill('SIGTERM');
    while (await isReady(understudy)) await pause(10);
    understudy.process.kill('SIGTERM');
    expect(await understudy.exited).toBe(130);
    expect(await held).toBe('cut');
    expect(understudy.stderr()).toContain('ended at once by a second signal');
    hold.open();
  });
});

test('a FIFO for the access log that nobody has opened loses lines, which come as soon as somebody reads', async () => {
  const origin = await startPlain();
  const file = fifo();
  const understudy = await startMute(
    { primary: origin.url, shadow: origin.url, log: { format: 'json', access: { format: 'common', file } } },
    { stdout: opened('/dev/null', constants.O_WRONLY) },
  );
  await ask(understudy);
  expect(await counted(understudy, 'understudy_access_log_dropped_total')).toBe(1);
  const reader = opened(file, constants.O_RDONLY | constants.O_NONBLOCK);
  await ask(understudy, 1, 3);
  understudy.process.kill('SIGTERM');
  expect(await understudy.exited).toBe(0);
  expect(drained(reader)).toMatch(/^127\.0\.0\.1 - - \[[^\]]+\] "GET \/xxx HTTP\/1\.1" 200 12\n$/);
});

/** A disk of 64 KiB; undefined where this user may mount none. */
function smallDisk(): string | undefined {
  const path = temporaryDirectory();
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', path]);
  if (status !== 0) return undefined;
  afterThisTest(() => spawnSync('umount', ['-l', path]));
  return path;
}

test('a disk that was full and has space again gets whole lines again, and the log says how many are lost', async ({
  skip,
}) => {
  const disk = smallDisk();
  if (disk === undefined) skip('this user may not mount a file system');
  const origin = await startPlain();
  const logFile = join(disk!, 'log');
  const accessFile = join(disk!, 'access.log');
  const filler = join(disk!, 'filler');
  const { O_WRONLY, O_APPEND, O_CREAT } = constants;
  const understudy = await startMute(
    { primary: origin.url, shadow: origin.url, log: { format: 'json', access: { format: 'json', file: accessFile } } },
    { stdout: opened(logFile, O_WRONLY | O_APPEND | O_CREAT) },
  );
  for (let size = 40_960; size > 0; size >>= 1) {
    try {
      writeFileSync(filler, Buffer.alloc(size), { flag: 'a' });
    } catch {
      // Until not a byte is free.
    }
  }
  // Even the first lines of the log may come when the disk is full already: it must be asked once all the same.
  do {
    understudy.process.kill('SIGHUP');
    await ask(understudy, 10, 300);
  } while ((await metrics(understudy.adminPort)).sum('understudy_log_dropped_total') === 0);
  const lost = await counted(understudy, 'understudy_access_log_dropped_total');
  rmSync(filler);
  await ask(understudy, 1, 7);
  understudy.process.kill('SIGTERM');
  expect(await understudy.exited).toBe(0);
  const lines = readFileSync(logFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toContainEqual(
    expect.objectContaining({ msg: 'lines of this log were lost', error: 'the disk is full' }),
  );
  expect(lines.at(-1).msg).toBe('stopped');
  const access = readFileSync(accessFile, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(access.at(-1).target).toBe('/xxxxxxx');
  expect(lost).toBeGreaterThan(0);
});

/** Runs a command on a terminal of its own, which is gone as soon as `gone` exists. */
const LOSING_A_TERMINAL = `
import os, pty, subprocess, sys, time
master, slave = pty.openpty()
child = subprocess.Popen(sys.argv[2:], stdout=slave, stdin=subprocess.DEVNULL, start_new_session=True)
os.close(slave)
while not os.path.exists(sys.argv[1]): time.sleep(0.01)
os.close(master)
os.mkdir(sys.argv[1] + '.done')
import signal
signal.signal(signal.SIGTERM, lambda *_: child.terminate())
sys.exit(child.wait())
`;

test('a terminal that is gone costs lines, and nothing else', async () => {
  const origin = await startPlain();
  const gone = join(temporaryDirectory(), 'gone');
  const understudy = await startMute(
    { primary: origin.url, shadow: origin.url, log: { access: 'common' } },
    { stdout: opened('/dev/null', constants.O_WRONLY), launcher: ['python3', '-c', LOSING_A_TERMINAL, gone] },
  );
  writeFileSync(gone, '');
  while (!existsSync(`${gone}.done`)) await pause(10);
  await ask(understudy, 3);
  await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/reload`, { method: 'POST' });
  await counted(understudy, 'understudy_log_dropped_total');
  await counted(understudy, 'understudy_access_log_dropped_total');
  expect(await isAlive(understudy)).toBe(true);
  understudy.process.kill('SIGTERM');
  expect(await understudy.exited).toBe(0);
});
