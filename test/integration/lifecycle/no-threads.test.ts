/** The system has no thread to give: of a limit of processes, or for want of memory. */
import { expect, test } from 'vitest';
import { metrics, settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { launchUnderstudy, startUnderstudy } from '../../support/understudy.ts';

const preload = (...names: string[]) =>
  names.map((name) => `--import=${new URL(`../../support/${name}.mjs`, import.meta.url).href}`).join(' ');

test.each(['compare-0', 'mirror-0', 'edge-0'])(
  '%s died, and none can be had in its place: main lives, and tries again',
  async (thread) => {
    const origin = await startOrigin(({ target }, reply) => reply.send({ body: target === '/' ? 'hello' : 'hi' }));
    const understudy = await startUnderstudy(
      { primary: origin.url, shadow: `${origin.url}/next` },
      {
        env: {
          NODE_OPTIONS: preload('crash', 'no-threads'),
          CRASH_THREAD: thread,
          NO_THREADS: '1',
          NO_THREADS_AT: 'signal',
        },
      },
    );
    // The compare thread begins with the first pair.
    await fetch(`http://127.0.0.1:${understudy.port}/`);
    await settled(understudy.adminPort, 1);
    understudy.kill('SIGUSR2');
    await understudy.logged(({ reason }) => reason === 'Worker initialization failure: EAGAIN');
    await expect
      .poll(async () => (await metrics(understudy.adminPort)).sum('understudy_thread_up', { thread }), {
        timeout: 20_000,
      })
      .toBe(1);
    if (thread === 'edge-0') await understudy.logged(({ msg }) => msg === 'listening again');
    expect(await (await fetch(`http://127.0.0.1:${understudy.port}/`)).text()).toBe('hello');
    expect(await understudy.stop()).toBe(0);
  },
);

test('a start for which there are no threads ends with the reason', async () => {
  const understudy = await launchUnderstudy(
    { primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:2' },
    { env: { NODE_OPTIONS: preload('no-threads'), NO_THREADS: '1000' } },
  );
  expect(await understudy.exited).toBe(2);
  const told = understudy.logs().map(({ raw }) => raw);
  expect(told).toContainEqual(expect.stringMatching(/edge-0 died before it could listen: .*EAGAIN/));
});
