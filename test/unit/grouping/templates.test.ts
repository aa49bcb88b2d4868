import { expect, test } from 'vitest';
import type { PathTemplate } from '../../../src/config/types.ts';
import { Templates } from '../../../src/grouping/templates.ts';
import { pathSegments } from '../../../src/lib/path-segments.ts';

const templates = new Templates([
  { method: 'GET', path: '/users/{userId}' },
  { method: 'GET', path: '/users/me' },
  { method: 'POST', path: '/users/me/{action}' },
  { method: 'GET', path: '/users/{userId}/orders/{orderId}' },
  { method: 'GET', path: '/reports/{year}-{month}.json' },
  { method: 'GET', path: '/reports/{name}' },
  { path: '/jobs/{id}:cancel' },
  { path: '/jobs/:id' },
  { path: '/tags/:tag' },
  { method: 'GET', path: '/files/*' },
  { path: '/' },
] satisfies PathTemplate[]);

test.each([
  ['GET', '/users/17', 'GET /users/{userId}'],
  ['GET', '/users/ann?x', 'GET /users/{userId}'],
  ['GET', '/users/me', 'GET /users/me'],
  ['DELETE', '/users/17', undefined],
  ['GET', '/users', undefined],
  ['GET', '/users/17/orders', undefined],
  ['GET', '/users/me/orders/3', 'GET /users/{userId}/orders/{orderId}'],
  ['POST', '/users/me/rename', 'POST /users/me/{action}'],
  ['GET', '/reports/2026-11.json', 'GET /reports/{year}-{month}.json'],
  ['GET', '/reports/.json', 'GET /reports/{name}'],
  ['GET', '/reports/all', 'GET /reports/{name}'],
  ['POST', '/jobs/5:cancel', 'POST /jobs/{id}:cancel'],
  ['POST', '/jobs/5', 'POST /jobs/:id'],
  ['PURGE', '/tags/red', 'PURGE /tags/:tag'],
  ['GET', '/files', 'GET /files/*'],
  ['GET', '/files/a/b/c', 'GET /files/*'],
  ['POST', '/files/a', undefined],
  ['GET', '/', 'GET /'],
  ['GET', '/nothing', undefined],
])('%s %s is %s', (method, target, name) => {
  expect(templates.find(method, pathSegments(target))).toBe(name);
});

test('of two that match the same, the first counts', () => {
  const both = new Templates([{ path: '/a/:first' }, { path: '/a/:second' }]);
  expect(both.find('GET', ['a', '1'])).toBe('GET /a/:first');
});

test('a long path costs no more than the templates are long', () => {
  const nested = new Templates(
    Array.from({ length: 20 }, (_, depth) => ({ path: `${'/:x'.repeat(depth + 1)}/end${depth}` })),
  );
  expect(
    nested.find(
      'GET',
      Array.from({ length: 8_000 }, () => 'x'),
    ),
  ).toBeUndefined();
});
