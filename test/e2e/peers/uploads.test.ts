import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FormData, fetch } from 'undici';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { transfers } from './clients/curl.ts';
import { python } from './clients/python.ts';
import { startApplicationStage } from './stage.ts';

const UPLOADS = new URL('../../fixtures/applications/uploads.mjs', import.meta.url);
const MEBIBYTE = 1024 * 1024;
const PIPED = randomBytes(3 * MEBIBYTE);
const MIRROR = { methods: ['POST', 'PUT'], maxBody: '64MiB', buffer: '256MiB', tape: '128MiB' };

test('curl uploads what it likes, and the shadow gets all of it', async () => {
  const stage = await startApplicationStage(UPLOADS, { mirror: MIRROR });
  const folder = temporaryDirectory();
  const [small, large] = [join(folder, 'small'), join(folder, 'large')];
  await writeFile(small, randomBytes(3 * MEBIBYTE));
  await writeFile(large, randomBytes(50 * MEBIBYTE));
  const UPLOADED: readonly (readonly string[])[] = [
    ['--form', `file=@${large};type=image/x-large`, '--form', 'note=h€llo', '/forms'],
    ['--form', `first=@${small}`, '--form', `second=@${small};filename=a b.txt`, '/forms'],
    ['--header', 'Expect: 100-continue', '--data-binary', `@${small}`, '/raw'],
    ['--header', 'Expect:', '--data-binary', `@${small}`, '/raw'],
    ['--header', 'Transfer-Encoding: chunked', '--data-binary', `@${small}`, '/raw'],
    ['--http1.0', '--data-binary', `@${small}`, '/raw'],
    ['--data-binary', '', '/raw'],
    ['--upload-file', small, '/raw'],
    ['--upload-file', '-', '/raw'],
  ];
  const upload = async (port: number) => {
    const list = UPLOADED.map((args) => [...args.slice(0, -1), `http://127.0.0.1:${port}${args.at(-1)}`]);
    return transfers(list, PIPED);
  };
  const expected = await upload(stage.direct.port);
  expect(expected.map(({ exit, answer }) => [exit, answer.status])).toEqual([
    [0, 201],
    [0, 201],
    ...Array(7).fill([0, 200]),
  ]);
  expect(expected.map(({ interim }) => interim)).toContainEqual([100]);
  expect(await upload(stage.through.port)).toEqual(expected);
  const counted = await stage.outcomes(UPLOADED.length);
  expect(counted.outcomes('match')).toBe(UPLOADED.length);
  expect(await stage.copies(UPLOADED.length)).toEqual(stage.requests().toSorted());
});

test('an upload that is too large to copy is streamed all the same, and one that the primary refuses is not sent', async () => {
  const stage = await startApplicationStage(UPLOADS, { mirror: { methods: ['PUT'] } });
  const folder = temporaryDirectory();
  const [large, refused] = [join(folder, 'large'), join(folder, 'refused')];
  await writeFile(large, randomBytes(50 * MEBIBYTE));
  await writeFile(refused, Buffer.alloc(65 * MEBIBYTE));
  const upload = (port: number) =>
    transfers([
      ['--upload-file', large, `http://127.0.0.1:${port}/raw`],
      ['--expect100-timeout', '20', '--upload-file', refused, `http://127.0.0.1:${port}/raw`],
    ]);
  const expected = await upload(stage.direct.port);
  expect(expected.map(({ interim, answer: { status } }) => [...interim, status])).toEqual([[100, 200], [413]]);
  expect(await upload(stage.through.port)).toEqual(expected);
  const counted = await stage.outcomes(2);
  expect(counted.outcomes('skipped', 'too_large')).toBe(1);
  expect(counted.outcomes('skipped', 'client_aborted')).toBe(1);
  expect(await stage.copies(0)).toEqual([]);
});

test('forms by fetch and chunks by Python arrive at both', async () => {
  const stage = await startApplicationStage(UPLOADS, { mirror: MIRROR });
  const form = new FormData();
  form.append('note', 'héllo');
  form.append('file', new Blob([randomBytes(MEBIBYTE)], { type: 'image/png' }), 'näme.png');
  const submit = async (port: number) => {
    const response = await fetch(`http://127.0.0.1:${port}/forms`, { method: 'POST', body: form });
    return { status: response.status, received: await response.json() };
  };
  const expected = await submit(stage.direct.port);
  expect(expected).toMatchObject({ status: 201, received: { fields: { note: 'héllo' }, files: [{ size: MEBIBYTE }] } });
  expect(await submit(stage.through.port)).toEqual(expected);

  const chunked = [
    { method: 'POST', path: '/raw', chunks: Array.from({ length: 500 }, (_, number) => `chunk ${number} `.repeat(20)) },
    { method: 'PUT', path: '/raw', chunks: ['x'] },
  ];
  expect(await python(stage.through.port, chunked)).toEqual(await python(stage.direct.port, chunked));
  const counted = await stage.outcomes(3);
  expect(counted.outcomes('match')).toBe(3);
  expect(await stage.copies(3)).toEqual(stage.requests().toSorted());
});
