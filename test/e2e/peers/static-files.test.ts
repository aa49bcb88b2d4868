import { expect, test } from 'vitest';
import { type Client, expectSameAnswers, type Request } from './clients/client.ts';
import { curl } from './clients/curl.ts';
import { nodeHttp } from './clients/node-http.ts';
import { python } from './clients/python.ts';
import { undici } from './clients/undici.ts';
import { startApplicationStage } from './stage.ts';

const FILES = new URL('../../fixtures/applications/files.mjs', import.meta.url);
const MODIFIED = new Date(1_700_000_000_000).toUTCString();

const REQUESTS: readonly Request[] = [
  { path: '/' },
  { method: 'HEAD', path: '/' },
  { path: '/data.json' },
  { path: '/data.json', headers: { 'Accept-Encoding': 'gzip' } },
  { method: 'HEAD', path: '/data.json', headers: { 'Accept-Encoding': 'gzip' } },
  { path: '/data.json', headers: { 'Accept-Encoding': 'br;q=1.0, gzip;q=0.5' } },
  { path: '/image.bin', headers: { Range: 'bytes=0-99' } },
  { path: '/image.bin', headers: { Range: 'bytes=-100' } },
  { path: '/image.bin', headers: { Range: 'bytes=99990-' } },
  { path: '/image.bin', headers: { Range: 'bytes=200000-' } },
  { path: '/image.bin', headers: { Range: 'bytes=0-99', 'If-Range': MODIFIED } },
  { path: '/image.bin', headers: { 'If-Modified-Since': MODIFIED } },
  { method: 'HEAD', path: '/image.bin', headers: { 'If-None-Match': '*' } },
  { path: '/image.bin', headers: { 'If-Unmodified-Since': 'Mon, 01 Jan 2001 00:00:00 GMT' } },
  { path: '/empty.txt' },
  { path: '/docs' },
  { path: '/docs/' },
  { path: '/moved' },
  { path: '/elsewhere' },
  { path: '/nowhere' },
  { path: '/%2e%2e/secret' },
  { path: '/%zz' },
  { path: '/docs/../index.html?a=%2F&b=;' },
  { path: '/large.bin' },
];

/** More than the largest file, so that every answer is compared. */
const MIRROR = { maxBody: '64MiB', buffer: '256MiB', tape: '128MiB' };

test.each<[string, Client]>([
  ['curl', curl],
  ['undici', undici],
  ['node:http', nodeHttp],
  ["Python's http.client", python],
])(
  '%s gets the files that a static server has, all that it answers about them, and a copy of each request goes to the shadow',
  async (_name, client) => {
    const stage = await startApplicationStage(FILES, { mirror: MIRROR });
    const expected = await expectSameAnswers(
      client,
      { direct: stage.direct.port, through: stage.through.port },
      REQUESTS,
    );
    expect(new Set(expected.map(({ status }) => status))).toEqual(new Set([200, 206, 301, 302, 304, 404, 412, 416]));

    const counted = await stage.outcomes(REQUESTS.length);
    expect(counted.outcomes('match')).toBe(REQUESTS.length);
    expect(await stage.copies(REQUESTS.length)).toEqual(stage.requests().toSorted());
    expect(stage.requests()).toEqual(REQUESTS.map(({ method = 'GET', path }) => `${method} ${path}`));
  },
);
