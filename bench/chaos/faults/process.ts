import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from '../../harness/processes.ts';
import type { Fault, Visible } from './fault.ts';

type Role = 'edge' | 'mirror' | 'compare';

const LANES = ['0', '1'];

function dying(role: Role, visible: Visible): Fault {
  return {
    name: `death of one ${role} thread`,
    victim: 'threads',
    visible,
    harm: async (stage, ms, random) => {
      const first = random.below(LANES.length);
      const thread = LANES.map((_, at) => `${role}-${LANES[(first + at) % LANES.length]}`).find((name) =>
        stage.mayDie(name),
      );
      if (thread !== undefined) stage.proxy.do({ thread, harm: 'throw' });
      await delay(ms);
    },
  };
}

function stalling(thread: (lane: string) => string, name: string, visible: Visible, blinds?: true): Fault {
  return {
    name,
    victim: 'threads',
    visible,
    ...(blinds && { blinds }),
    harm: async ({ proxy }, ms, random) => {
      proxy.do({ thread: thread(random.pick(LANES)), harm: 'stall', ms });
      await delay(ms);
    },
  };
}

export const PROCESS_FAULTS: readonly Fault[] = [
  dying('edge', { cut: true }),
  dying('mirror', {}),
  dying('compare', {}),
  stalling((lane) => `edge-${lane}`, 'an edge thread that stands still', { late: true }),
  stalling((lane) => `mirror-${lane}`, 'a mirror thread that stands still', {}),
  stalling((lane) => `compare-${lane}`, 'a compare thread that stands still', {}),
  stalling(() => 'main', 'a main thread that stands still', {}, true),
  {
    name: 'a process that is stopped',
    victim: 'process',
    visible: { late: true },
    blinds: true,
    harm: async ({ proxy }, ms) => {
      proxy.child.kill('SIGSTOP');
      await delay(ms);
      proxy.child.kill('SIGCONT');
    },
  },
  {
    name: 'a clock that is set an hour ahead and back',
    victim: 'process',
    harm: async ({ proxy }, ms) => {
      const hour = 3_600_000;
      proxy.do({ thread: 'all', harm: 'clock', ms: hour });
      await delay(ms);
      proxy.do({ thread: 'all', harm: 'clock', ms: -hour });
    },
  },
  {
    name: 'no more descriptors',
    victim: 'process',
    visible: { statuses: [502, 503], cut: true },
    blinds: true,
    possible: () => findProgram('prlimit') !== undefined,
    harm: async ({ proxy }, ms) => {
      const pid = proxy.child.pid!;
      const limit = (soft: number | string) => execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${soft}:`]);
      const before = execFileSync('prlimit', [`--pid=${pid}`, '--nofile', '--output=SOFT', '--noheadings'])
        .toString()
        .trim();
      limit(Math.max(...readdirSync(`/proc/${pid}/fd`).map(Number)) + 1);
      await delay(ms);
      limit(before);
    },
  },
];
