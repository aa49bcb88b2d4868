import { expect, test } from 'vitest';
import { startJsonServer } from '../json-server/versions.ts';
import { type Client, expectSameAnswers, type Request } from './clients/client.ts';
import { curl } from './clients/curl.ts';
import { nodeHttp } from './clients/node-http.ts';
import { python } from './clients/python.ts';
import { undici } from './clients/undici.ts';
import { startStage } from './stage.ts';

/** It answers with URLs under the Host that it is asked for. */
const HOST = { Host: 'api.test' };
const JSON_BODY = { ...HOST, 'Content-Type': 'application/json' };
const CLIENTS: Record<string, Client> = { curl, undici, nodeHttp, python };

/** What one client does to the posts: what it reads depends on what it wrote. */
const session = (id: string): Request[] => [
  { path: '/posts', headers: HOST },
  { method: 'POST', path: '/posts', headers: JSON_BODY, body: JSON.stringify({ id, title: 'Ünderstudy', views: 1 }) },
  { path: `/posts/${id}`, headers: HOST },
  { method: 'PATCH', path: `/posts/${id}`, headers: JSON_BODY, body: '{"views":2}' },
  { method: 'PUT', path: `/posts/${id}`, headers: JSON_BODY, body: '{"title":"Second cast"}' },
  { path: `/posts/${id}`, headers: HOST },
  { method: 'DELETE', path: `/posts/${id}`, headers: HOST },
  { path: `/posts/${id}`, headers: HOST },
  {
    method: 'OPTIONS',
    path: '/posts',
    headers: { ...HOST, Origin: 'http://a.test', 'Access-Control-Request-Method': 'PUT' },
  },
  { method: 'HEAD', path: '/posts?_sort=views&_limit=2', headers: HOST },
  { path: '/posts?title_like=The%20prompter&q=%C3%A9', headers: HOST },
];

test('a JSON API is read and written as without Understudy, and no write is copied', async () => {
  const stage = await startStage(async () => {
    // The version that takes the ids it is given.
    const url = await startJsonServer('0.17');
    return { target: url, port: Number(new URL(url).port) };
  });
  const names = Object.keys(CLIENTS);
  for (const name of names) {
    const requests = session(`by-${name}`);
    await expectSameAnswers(CLIENTS[name]!, { direct: stage.direct.port, through: stage.through.port }, requests);
  }
  const requests = names.length * session('').length;
  const counted = await stage.outcomes(requests);
  const writes = names.length * 5;
  expect(counted.outcomes('skipped', 'method')).toBe(writes);
  expect(counted.outcomes('match') + counted.outcomes('mismatch')).toBe(requests - writes);
  const posts = await curl(Number(new URL(stage.shadow.target).port), [{ path: '/posts' }]);
  expect(posts[0]!.body).not.toContain('by-');
});
