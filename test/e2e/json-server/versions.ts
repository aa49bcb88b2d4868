import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterThisTest } from '../../support/cleanup.ts';

const SERVE = new URL('../../fixtures/json-server/serve.mjs', import.meta.url).pathname;

/** A released version of json-server on db.json, in a process of its own; its URL. */
export async function startJsonServer(version: '0.17' | '1.0'): Promise<string> {
  const child = fork(SERVE, [version], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  afterThisTest(() => child.kill('SIGKILL'));
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return `http://127.0.0.1:${port}`;
}
