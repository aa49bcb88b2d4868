import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { begin } from './programs.ts';

const PROGRAM = new URL('./lossy-line.py', import.meta.url).pathname;

/** A line to a port of this machine that loses packets as a network does. */
export interface LossyLine {
  readonly url: string;
  /** From now on so many of the packets that come in are lost, 0 to 1: of connections that are open, and of new ones. */
  lose(share: number): Promise<void>;
}

export async function startLossyLine(port: number): Promise<LossyLine> {
  const { child } = begin('python3', [PROGRAM, `${port}`]);
  const lines = createInterface({ input: child.stdout! });
  const [own] = await once(lines, 'line');
  return {
    url: `http://127.0.0.1:${own}`,
    lose: async (share) => {
      child.stdin!.write(`${share}\n`);
      await once(lines, 'line');
    },
  };
}
