import { truncateSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Behaviour, Target } from './target.ts';
import type { Understudy } from './understudy.ts';

/** What the faults are done to. */
export interface Stage {
  readonly proxy: Understudy;
  readonly shadow: Target;
  readonly control: Target;
}

export interface Fault {
  readonly name: string;
  /** Does its harm for about `ms`, and undoes it. */
  harm(stage: Stage, ms: number): Promise<void>;
}

function misbehaving(who: 'shadow' | 'control', behaviour: Behaviour): Fault {
  return {
    name: `${who} ${behaviour}`,
    harm: async (stage, ms) => {
      await stage[who].behave(behaviour);
      await delay(ms);
      await stage[who].behave('well');
    },
  };
}

/** Repeats something while the fault lasts. */
function repeated(name: string, every: number, act: (stage: Stage) => void): Fault {
  return {
    name,
    harm: async (stage, ms) => {
      for (const until = performance.now() + ms; performance.now() < until; await delay(every)) act(stage);
    },
  };
}

/** Opens sockets that say something and never go on. */
function stalled(name: string, count: number, place: (proxy: Understudy) => number, text: string): Fault {
  return {
    name,
    harm: async ({ proxy }, ms) => {
      const sockets: Socket[] = Array.from({ length: count }, () => connect(place(proxy), '127.0.0.1'));
      for (const socket of sockets) socket.on('error', () => {}).write(text);
      await delay(ms);
      for (const socket of sockets) socket.destroy();
    },
  };
}

const LONG_LIST = `GET /items/1 HTTP/1.1\r\nHost: x\r\nConnection: ${'a,'.repeat(20_000)}a\r\n\r\n`;

export const FAULTS: readonly Fault[] = [
  ...(['slow', 'hanging', 'resetting', 'garbage', 'differing', 'away'] as const).map((how) =>
    misbehaving('shadow', how),
  ),
  ...(['slow', 'hanging', 'resetting', 'away'] as const).map((how) => misbehaving('control', how)),
  {
    name: 'a log that nobody reads',
    harm: async ({ proxy }, ms) => {
      proxy.readLog('stopped');
      for (const until = performance.now() + ms; performance.now() < until; await delay(20)) proxy.child.kill('SIGHUP');
      proxy.readLog('flowing');
    },
  },
  repeated('hostile lists', 50, ({ proxy }) => {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => {}).on('end', () => socket.destroy());
    socket.resume().write(LONG_LIST);
  }),
  stalled('slow clients of the admin address', 300, ({ admin }) => admin, 'GET /livez HTTP/1.1\r\n'),
  stalled('clients that stop in their head', 300, ({ port }) => port, 'GET / HTTP/1.1\r\nHost:'),
  repeated('a store whose index is cut', 2_000, ({ proxy }) => truncateSync(`${proxy.store}-shm`, 0)),
  repeated('reloads', 100, ({ proxy }) => {
    writeFileSync(proxy.file, `${proxy.config}# ${performance.now()}\n`);
  }),
  repeated('broken configurations', 500, ({ proxy }) => {
    writeFileSync(proxy.file, `${proxy.config}shado: [\n`);
    setTimeout(() => writeFileSync(proxy.file, proxy.config), 250);
  }),
];
