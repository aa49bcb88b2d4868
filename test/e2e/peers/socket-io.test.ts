import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { startApplicationStage } from './stage.ts';

const ROOMS = new URL('../../fixtures/applications/rooms.mjs', import.meta.url);
const GUESTS = new URL('../../fixtures/applications/rooms-client.mjs', import.meta.url).pathname;

/** What two guests of the rooms at a port have seen. */
async function visit(port: number, transports: readonly string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [GUESTS, String(port), ...transports], {
    timeout: 20_000,
  });
  return JSON.parse(stdout);
}

test.each([[['polling']], [['websocket']], [['polling', 'websocket']]])('socket.io by %j works', async (transports) => {
  const stage = await startApplicationStage(ROOMS);
  const expected = await visit(stage.direct.port, transports);
  const last = transports.at(-1);
  expect(expected).toMatchObject({ started: [transports[0], transports[0]], transports: [last, last], exact: true });
  expect(await visit(stage.through.port, transports)).toEqual(expected);
  // Sessions are the primary's own: the shadow knows none of them, and that counts as it should.
  const counted = await stage.outcomes(stage.requests().length);
  expect(counted.outcomes('skipped', 'upgrade')).toBe(transports.includes('websocket') ? 2 : 0);
  expect(counted.outcomes('primary_failed')).toBe(0);
});
