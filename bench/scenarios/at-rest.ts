import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { chargedBytes, residentBytes } from '../harness/usage.ts';
import { startOrigin } from '../origin/origin.ts';
import { PEERS, startFound } from '../peers/all.ts';
import type { Peer } from '../peers/peer.ts';
import { understudyMirror } from '../peers/understudy.ts';
import { type Columns, perPeer } from './per-peer.ts';
import type { Findings, Scenario } from './scenario.ts';
import { siteOf } from './site.ts';

const FIRST = 1_000;
const MORE = 4_000;
/** Longer than Understudy waits before it ends the process that holds its store. */
const SETTLING_MS = 25_000;
const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** Bytes. */
interface Rest {
  readonly charged: number;
  readonly resident: number;
  /** What one more connection takes that is kept after its response. */
  readonly connection: number;
}

export const atRest: Scenario = {
  name: 'at-rest',
  about: `memory of a proxy that nobody has used yet, and of ${MORE} connections that clients keep after a request`,
  needs: [],
  run: async (bench) => {
    const origin = await startOrigin(bench.folder);
    const site = siteOf(bench, origin);
    const results = new Map<Peer, Rest>();
    // One after another: a program that several peers run would be charged to the first alone.
    for (const peer of PEERS.filter(bench.includes)) {
      bench.progress(peer.name);
      for (const [found, { pid, port, stop }] of await startFound([peer], site)) {
        await delay(SETTLING_MS);
        results.set(found, await restOf(pid, port));
        await stop();
      }
    }
    await origin.stop();
    return findings(results);
  },
};

async function restOf(pid: number, port: number): Promise<Rest> {
  const rest = { charged: chargedBytes(pid), resident: residentBytes(pid) };
  const kept = await keep(port, FIRST);
  const before = chargedBytes(pid);
  kept.push(...(await keep(port, MORE)));
  const connection = (chargedBytes(pid) - before) / MORE;
  for (const socket of kept) socket.destroy();
  return { ...rest, connection };
}

/** Opens so many connections, one after another, each with one request whose response has come. */
async function keep(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let opened = 0; opened < count; opened += 1) {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.write(`GET / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
    await once(socket, 'data');
    sockets.push(socket);
  }
  return sockets;
}

const COLUMNS: Columns<Rest> = {
  MiB: ({ charged }) => (charged / MIB).toFixed(0),
  'resident MiB': ({ resident }) => (resident / MIB).toFixed(0),
  'KiB per connection': ({ connection }) => (connection / KIB).toFixed(1),
};

function findings(results: ReadonlyMap<Peer, Rest>): Findings {
  const ours = results.get(understudyMirror);
  return {
    ...perPeer(results, COLUMNS),
    goals: [
      { what: 'at rest', value: ours && ours.charged / MIB, atMost: 100, unit: ' MiB' },
      { what: 'a connection', value: ours && ours.connection / KIB, atMost: 12, unit: ' KiB' },
    ],
    notes: [
      'MiB: what a container is charged with: pages of files that a peer has mapped several times are counted once. resident: once for each.',
    ],
    figures: Object.fromEntries([...results].map(([peer, rest]) => [peer.name, rest])),
  };
}
