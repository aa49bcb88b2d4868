import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket as UndiciWebSocket } from 'undici';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { afterThisTest } from '../../support/cleanup.ts';
import { nodeHttp } from './clients/node-http.ts';
import { startApplicationStage } from './stage.ts';

const CHAT = new URL('../../fixtures/applications/chat.mjs', import.meta.url);
const IMAGE = randomBytes(1024 * 1024);
const STORY = 'Once upon a time. '.repeat(60_000);

async function enter(port: number, options: { perMessageDeflate?: boolean } = {}): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, options);
  afterThisTest(() => socket.terminate());
  await once(socket, 'open');
  return socket;
}

/** What two guests see of each other, and of the server. */
async function converse(port: number): Promise<unknown[]> {
  const [ada, bob] = await Promise.all([enter(port), enter(port, { perMessageDeflate: false })]);
  const seen: unknown[] = [ada.extensions, bob.extensions];
  for (const said of ['hello', STORY, IMAGE, '', IMAGE]) {
    const heard = [ada, bob].map((guest) => once(guest, 'message'));
    ada.send(said);
    for (const [data, isBinary] of await Promise.all(heard))
      seen.push(isBinary, Buffer.from(said).equals(data) ? 'exact' : 'altered');
  }
  const pong = once(bob, 'pong');
  bob.ping('are you there');
  seen.push(...(await pong).map(String));

  // The server closes the one, the other closes itself.
  ada.send('leave');
  const [code, reason] = await once(ada, 'close');
  seen.push(code, String(reason));
  bob.close(1000, 'bye');
  seen.push(...(await once(bob, 'close')).map(String));
  return seen;
}

test('guests of a WebSocket chat hear each other, and the shadow hears nothing', async () => {
  const stage = await startApplicationStage(CHAT);
  const expected = await converse(stage.direct.port);
  expect(expected).toContain('exact');
  expect(expected).not.toContain('altered');
  expect(await converse(stage.through.port)).toEqual(expected);

  // What is no WebSocket is answered, and copied, as ever.
  const page = [{ path: '/' }];
  expect(await nodeHttp(stage.through.port, page)).toEqual(await nodeHttp(stage.direct.port, page));
  const counted = await stage.outcomes(3);
  expect(counted.outcomes('skipped', 'upgrade')).toBe(2);
  expect(counted.outcomes('match')).toBe(1);
  expect(await stage.copies(1)).toEqual(['GET /']);
});

test('a WebSocket of undici talks, one that is refused hears why, and one that breaks off is gone', async () => {
  const stage = await startApplicationStage(CHAT);
  const exchange = async (port: number) => {
    const origin = `ws://127.0.0.1:${port}`;
    const guest = new UndiciWebSocket(`${origin}/chat`);
    guest.binaryType = 'arraybuffer';
    await once(guest, 'open');
    guest.send(IMAGE);
    const [{ data }] = await once(guest, 'message');
    guest.send('leave');
    const [{ code, reason }] = await once(guest, 'close');

    const refused = new WebSocket(`${origin}/elsewhere`);
    const [, response] = await once(
      refused.on('error', () => {}),
      'unexpected-response',
    );
    refused.terminate();

    const [lost, witness] = [await enter(port), await enter(port)];
    lost.terminate();
    const closed = once(witness, 'close');
    witness.send('leave');
    await closed;
    return { exact: IMAGE.equals(Buffer.from(data)), code, reason, refused: response.statusCode };
  };
  const expected = await exchange(stage.direct.port);
  expect(expected).toEqual({ exact: true, code: 4000, reason: 'goodbye', refused: 400 });
  expect(await exchange(stage.through.port)).toEqual(expected);
  await stage.primary.told(({ left }) => left === '/chat', 3);
  expect((await stage.outcomes(4)).outcomes('skipped', 'upgrade')).toBe(3);
  // What was refused never became a tunnel: it is copied, without the offer, like any request.
  expect(await stage.copies(1)).toEqual(['GET /elsewhere']);
});
