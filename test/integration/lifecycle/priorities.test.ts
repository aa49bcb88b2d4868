import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startOrigin } from '../../support/origin.ts';
import { startUnderstudy } from '../../support/understudy.ts';

interface Task {
  readonly name: string;
  readonly nice: number;
}

/** The threads of a process, as proc_pid_stat(5) has them. */
function tasksOf(pid: number): readonly Task[] {
  return readdirSync(`/proc/${pid}/task`).map((id) => {
    const stat = readFileSync(`/proc/${pid}/task/${id}/stat`, 'utf8');
    const [name, rest] = [
      stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      stat.slice(stat.lastIndexOf(')') + 2),
    ];
    return { name, nice: Number(rest.split(' ')[16]) };
  });
}

const childrenOf = (pid: number) =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);

test.runIf(process.platform === 'linux')(
  'what is not for the clients goes behind what is: mirror, compare and store',
  async () => {
    const origin = await startOrigin((_request, reply) => reply.json({}));
    const targets = { primary: origin.url, shadow: origin.url };
    const { process: proxy, port } = await startUnderstudy(targets, { env: { UNDERSTUDY_THREADS_MIRROR_NICE: '7' } });
    const niceOf = (thread: string) => tasksOf(proxy.pid!).find(({ name }) => name === thread)?.nice;
    const own = niceOf('edge-0')!;
    // The compare thread begins with the first pair.
    await fetch(`http://127.0.0.1:${port}/`);
    // Clients are served before the other threads have come up.
    await expect.poll(() => [niceOf('mirror-0'), niceOf('compare-0')]).toEqual([own + 7, own + 7]);
    const [store] = childrenOf(proxy.pid!);
    expect(tasksOf(store!)[0]!.nice).toBe(own + 7);
  },
);
