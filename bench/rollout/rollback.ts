/**
 * How long after the command of a rollback the candidate still gets new requests: `npm run bench:rollback -- --times 20`.
 *
 * The candidate serves half of the users of a proxy under load. Measured from the command sent to the last new request at
 * the candidate, and to the answer of the command. Load, targets and clock are in one process, which makes both longer.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { calledWith } from '../harness/command-line.ts';
import { ENTRY } from '../harness/entry.ts';
import { freePort } from '../harness/ports.ts';
import { launch, stop, untilAnswering } from '../harness/processes.ts';

const CONNECTIONS = 16;
/** Milliseconds before and after each rollback. */
const PAUSE = 500;

const { values } = calledWith({
  command: 'npm run bench:rollback --',
  about: 'How long after the command of a rollback the candidate still gets new requests.',
  flags: { times: { takes: 'count', about: 'rollbacks', default: 20 } },
});

let lastAtCandidate = 0;
const [production, candidate] = [
  await listening(() => {}),
  await listening(({ headers }) => {
    // It still gets copies of what production serves.
    if (headers['x-understudy-copy'] === undefined) lastAtCandidate = performance.now();
  }),
];
const [port, admin] = [await freePort(), await freePort()];
const folder = await mkdtemp(join(tmpdir(), 'rollback-'));
const config = join(folder, 'understudy.yaml');
await writeFile(
  config,
  stringify({
    ...{ listen: `127.0.0.1:${port}`, admin: `127.0.0.1:${admin}`, store: join(folder, 'understudy.db') },
    ...{ primary: `http://127.0.0.1:${production}`, shadow: `http://127.0.0.1:${candidate}` },
    rollout: { steps: ['50%', '100%'], hold: '0s', sticky: [{ header: 'x-user' }] },
  }),
);
const args = [ENTRY.path, 'serve', '-c', config];
const proxy = launch({ command: process.execPath, args, log: join(folder, 'understudy.log') });
try {
  await untilAnswering(proxy, port);
  let sent = 0;
  let goesOn = true;
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const load = Array.from({ length: CONNECTIONS }, async () => {
    while (goesOn) await ask(agent, { port, headers: { 'x-user': `user-${sent++}` } });
  });
  const stopped: number[] = [];
  const answered: number[] = [];
  const began = performance.now();
  for (let time = 0; time < values.times; time++) {
    await command('start');
    await delay(PAUSE);
    const at = performance.now();
    await command('rollback');
    answered.push(performance.now() - at);
    await delay(PAUSE);
    stopped.push(Math.max(lastAtCandidate - at, 0));
    await command('release');
  }
  const seconds = (performance.now() - began) / 1000;
  goesOn = false;
  await Promise.all(load);
  agent.destroy();
  console.log(
    `${stopped.length} rollbacks at ${Math.round(sent / seconds)} requests a second, on ${availableParallelism()} CPUs`,
  );
  console.log(`the last new request to the candidate: ${inWords(stopped)} after the command`);
  console.log(`the command was answered:              ${inWords(answered)} after it was sent`);
} finally {
  await stop(proxy);
  await rm(folder, { recursive: true });
}
process.exit();

async function listening(onRequest: (request: IncomingMessage) => void): Promise<number> {
  const server = createServer((request, response) => {
    onRequest(request);
    response.end('{"ok":true}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function ask(
  agent: Agent,
  options: { readonly port: number; readonly headers: Record<string, string> },
): Promise<void> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', agent, ...options }, (response) => {
      response.resume().once('end', resolve);
    })
      .once('error', reject)
      .end();
  });
}

async function command(name: string): Promise<void> {
  const body = JSON.stringify({ command: name, by: 'bench' });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${admin}/api/v1/rollout`, { method: 'POST', headers, body });
  if (!response.ok) throw new Error(`${name}: ${await response.text()}`);
}

function inWords(milliseconds: readonly number[]): string {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  return `${sorted[Math.floor(sorted.length / 2)]!.toFixed(1)} ms (median), ${sorted.at(-1)!.toFixed(1)} ms (most)`;
}
