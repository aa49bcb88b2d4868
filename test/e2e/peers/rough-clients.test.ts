import { randomBytes } from 'node:crypto';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client as Connection } from 'undici';
import { expect, test } from 'vitest';
import { begin } from '../../support/programs.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { answerOf, pairs } from './answer.ts';
import { transfers } from './clients/curl.ts';
import { nodeHttp } from './clients/node-http.ts';
import { startApplicationStage } from './stage.ts';

const FILES = new URL('../../fixtures/applications/files.mjs', import.meta.url);
const UPLOADS = new URL('../../fixtures/applications/uploads.mjs', import.meta.url);
const MEBIBYTE = 1024 * 1024;

test('a download that its client gives up ends at the primary too, and the next one is whole', async () => {
  const stage = await startApplicationStage(FILES);
  const file = join(temporaryDirectory(), 'large');
  const url = `http://127.0.0.1:${stage.through.port}/huge.bin`;
  const { child, ended } = begin('curl', ['--silent', '--limit-rate', '1M', '--output', file, url]);
  await expect
    .poll(() =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    )
    .toBeGreaterThan(0);
  child.kill('SIGKILL');
  await ended;
  await stage.primary.told(({ aborted }) => aborted === 'GET /huge.bin');

  const request = [{ path: '/huge.bin' }];
  expect(await nodeHttp(stage.through.port, request)).toEqual(await nodeHttp(stage.direct.port, request));
  // More than is copied, whether it was given up or not.
  expect((await stage.outcomes(2)).outcomes('skipped')).toBe(2);
});

test.each([
  ['with a length', []],
  ['in chunks', ['--header', 'Transfer-Encoding: chunked']],
])('an upload %s that its client gives up looks complete to nobody', async (_how, options) => {
  const stage = await startApplicationStage(UPLOADS, {
    mirror: { methods: ['PUT'], maxBody: '64MiB', tape: '64MiB', buffer: '64MiB' },
  });
  const file = join(temporaryDirectory(), 'large');
  await writeFile(file, randomBytes(16 * MEBIBYTE));
  const url = `http://127.0.0.1:${stage.through.port}/raw`;
  const { child, ended } = begin('curl', ['--silent', '--limit-rate', '1M', ...options, '--upload-file', file, url]);
  await stage.primary.told(({ request }) => request === 'PUT /raw');
  child.kill('SIGKILL');
  await ended;
  await stage.primary.told(({ aborted }) => aborted === 'PUT /raw');
  expect((await stage.outcomes(1)).outcomes('skipped', 'client_aborted')).toBe(1);
  expect(await stage.copies(0)).toEqual([]);
});

test('a slow upload takes its time and arrives whole', async () => {
  const stage = await startApplicationStage(UPLOADS, { mirror: { methods: ['PUT'] } });
  const file = join(temporaryDirectory(), 'file');
  await writeFile(file, randomBytes(MEBIBYTE));
  const upload = (port: number) =>
    transfers([['--limit-rate', '1M', '--upload-file', file, `http://127.0.0.1:${port}/raw`]]);
  const expected = await upload(stage.direct.port);
  expect(expected).toMatchObject([{ exit: 0, answer: { status: 200 } }]);
  expect(await upload(stage.through.port)).toEqual(expected);
  expect((await stage.outcomes(1)).outcomes('match')).toBe(1);
});

test('pipelined requests are answered in order', async () => {
  const stage = await startApplicationStage(FILES);
  const paths = Array.from(
    { length: 30 },
    (_, number) => ['/', '/data.json', '/image.bin', '/moved', '/docs'][number % 5]!,
  );
  const ask = async (port: number) => {
    const connection = new Connection(`http://127.0.0.1:${port}`, { pipelining: paths.length });
    const answers = await Promise.all(
      paths.map(async (path) => {
        const response = await connection.request({ method: 'GET', path, responseHeaders: 'raw' });
        const fields = pairs(response.headers as unknown as string[]);
        return answerOf(response.statusCode, fields, await response.body.bytes());
      }),
    );
    await connection.close();
    return answers;
  };
  expect(await ask(stage.through.port)).toEqual(await ask(stage.direct.port));
  expect((await stage.outcomes(paths.length)).outcomes('match')).toBe(paths.length);
  expect(stage.requests()).toEqual(paths.map((path) => `GET ${path}`));
});
