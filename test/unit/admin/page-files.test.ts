import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { pageFiles } from '../../../src/admin/page-files.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

function built(files: Readonly<Record<string, string>>) {
  const directory = temporaryDirectory();
  for (const [name, content] of Object.entries(files)) writeFileSync(`${directory}/${name}`, content);
  const find = pageFiles(pathToFileURL(`${directory}/`));
  return async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
    const file = await find({ method, path, headers });
    return file && { ...file, body: file.body.toString() };
  };
}

const FILES = { 'index.html': '<p>page', 'page-ABCD1234.js': 'run()', 'page-ABCD1234.js.gz': 'packed', secret: 'no' };

test('each page has the same document, and nothing else has it', async () => {
  const get = built(FILES);
  for (const path of ['/', '/causes', '/causes/a1', '/routes/GET%20%2Fa%2F%3Aid', '/signatures/a1', '/health']) {
    expect(await get(path)).toMatchObject({ status: 200, body: '<p>page' });
  }
  for (const path of ['/nowhere', '/causes/a/b', '/api/v1/nowhere', '/index.html', '/livez']) {
    expect(await get(path)).toBeUndefined();
  }
  expect(await get('/', {}, 'POST')).toBeUndefined();
  expect(await get('/', {}, 'HEAD')).toMatchObject({ status: 200 });
});

test('a person at a wrong address gets the document, which says so; a program, and whoever asks the API, does not', async () => {
  const get = built(FILES);
  const person = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'if-none-match': '"any"' };
  for (const path of ['/nowhere', '/causes/a/b', '/index.html']) {
    expect(await get(path, person)).toMatchObject({ status: 404, body: '<p>page' });
    expect(await get(path, { accept: '*/*' })).toBeUndefined();
    expect(await get(path, person, 'POST')).toBeUndefined();
  }
  for (const path of ['/api/v1/nowhere', '/assets/page-ABCD1235.js']) expect(await get(path, person)).toBeUndefined();
});

test('the document is asked for each time, and sent again only when it has changed', async () => {
  const get = built(FILES);
  const { headers } = (await get('/'))!;
  expect(headers['cache-control']).toBe('no-cache');
  expect(await get('/routes', { 'if-none-match': headers['etag']! })).toMatchObject({ status: 304, body: '' });
  expect(await get('/', { 'if-none-match': '"other"' })).toMatchObject({ status: 200 });
});

test('the policy of the document allows no script or style but its own files, and no other server', async () => {
  const policy = (await built(FILES)('/'))!.headers['content-security-policy']!;
  expect(policy).not.toMatch(/unsafe|data:|https?:|\*/);
  for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types 'none'"]) {
    expect(policy.split('; ')).toContain(part);
  }
});

test('what has a hash in its name is kept for a year, and sent packed to whom that is of use', async () => {
  const get = built(FILES);
  const plain = await get('/assets/page-ABCD1234.js');
  expect(plain).toMatchObject({ body: 'run()', headers: { 'content-type': 'text/javascript; charset=utf-8' } });
  expect(plain!.headers['cache-control']).toContain('immutable');
  expect(plain!.headers['content-encoding']).toBeUndefined();
  const packed = await get('/assets/page-ABCD1234.js', { 'accept-encoding': 'gzip, br' });
  expect(packed).toMatchObject({ body: 'packed', headers: { 'content-encoding': 'gzip', vary: 'accept-encoding' } });
});

test('no other file can be had', async () => {
  const get = built(FILES);
  for (const path of ['/assets/secret', '/assets/../secret', '/assets/%2e%2e%2fsecret', '/assets/page-ABCD1235.js']) {
    expect(await get(path)).toBeUndefined();
  }
});

test('a page that was never built says how to build it', async () => {
  const { status, body } = (await built({})('/'))!;
  expect(status).toBe(200);
  expect(body).toContain('npm run build:dashboard');
});
