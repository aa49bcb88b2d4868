import { describe, expect, test } from 'vitest';
import type { RouteMatch } from '../../../src/config/types.ts';
import { Router } from '../../../src/edge/routing.ts';
import { pathSegments } from '../../../src/lib/path-segments.ts';
import { configOf } from '../../support/config.ts';
import { received } from './heads.ts';

const [ANY_ROUTE] = configOf('').routes;
const router = (...matches: RouteMatch[]) => new Router([...matches, {}].map((match) => ({ ...ANY_ROUTE!, match })));
const find = (match: RouteMatch, target: string, over = {}, host = 'a') =>
  router(match).find(received({ target, authority: host, ...over })) === 0;

describe('a path template', () => {
  test.each([
    ['/', '/', true],
    ['/orders', '/orders', true],
    ['/orders', '/orders?x=/y', true],
    ['/orders', '/Orders', false],
    ['/orders', '/orders/1', false],
    ['/orders/:id', '/orders/1', true],
    ['/orders/:id', '/orders/', false],
    ['/orders/:id', '/orders/1/items', false],
    ['/orders/*', '/orders', true],
    ['/orders/*', '/orders/1/items', true],
    ['/orders/*', '/ordersX', false],
    ['/*', '/anything/at/all', true],
    ['/:a/b', '/%2F/b', true],
  ])('%s against %s: %s', (path, target, expected) => {
    expect(find({ path }, target)).toBe(expected);
  });

  test.each([
    '/api/%6frders',
    '/api//orders',
    '//api/orders',
    '/api/./orders',
    '/x/../api/orders',
    '/x/%2e%2e/api/orders',
    '/api;v=1/orders;x',
    '/../api/orders',
    '/api/orders/',
    '/api/%6Frders?/admin',
  ])('/api/orders is not evaded by %s', (target) => {
    expect(find({ path: '/api/orders' }, target)).toBe(true);
  });

  test.each(['/api%2Forders', '/api/orders%00', '/api/orders%3Fx', '/api\\orders', '/api/%zz'])(
    '/api/orders is not %s',
    (target) => {
      expect(find({ path: '/api/orders' }, target)).toBe(false);
    },
  );

  test('an escape that stays is one whatever its case', () => {
    expect(pathSegments('/a%2fb/%C3%a4')).toEqual(['a%2Fb', '%C3%A4']);
  });
});

test('methods, host and headers all have to match', () => {
  expect(find({ methods: ['GET', 'HEAD'] }, '/', { method: 'HEAD' })).toBe(true);
  expect(find({ methods: ['GET'] }, '/', { method: 'POST' })).toBe(false);
  const match = { path: '/a', headers: [{ name: 'x', value: '1' }, { name: 'y' }] };
  expect(find(match, '/a', { fields: ['X', '1', 'Y', ''] })).toBe(true);
  expect(find(match, '/a', { fields: ['X', '2', 'Y', ''] })).toBe(false);
  expect(find(match, '/a', { fields: ['X', '1'] })).toBe(false);
});

test('a header that has to match is not evaded by another one of its name', () => {
  const match = { headers: [{ name: 'x', value: '1' }] };
  expect(find(match, '/', { fields: ['X', '2', 'x', '1'] })).toBe(true);
  expect(find(match, '/', { fields: ['X', '1', 'x', '2'] })).toBe(true);
  expect(find(match, '/', { fields: ['X', '2', 'x', '3'] })).toBe(false);
});

test('a character that has to be escaped is matched as its escape', () => {
  expect(find({ path: '/caf%C3%A9' }, '/caf\xc3\xa9')).toBe(true);
  expect(find({ path: '/a%7Cb' }, '/%61|b')).toBe(true);
  expect(find({ path: '/a%7Cb' }, '/a%7cb')).toBe(true);
  expect(find({ path: '/a%25b' }, '/a%b')).toBe(false);
});

test.each([
  ['example.com', 'example.com', true],
  ['example.com', 'EXAMPLE.com:8080', true],
  ['example.com', 'a.example.com', false],
  ['*.example.com', 'a.b.example.com', true],
  ['*.example.com', 'example.com', false],
  ['*.example.com', '.example.com', false],
  ['[::1]', '[::1]:80', true],
  ['[::1]', '[0:0:0:0:0:0:0:1]', true],
  ['[2001:DB8::0:1]', '[2001:0db8::1]:8080', true],
  ['[::1]', '[::2]', false],
  ['example.com', 'example.com.', true],
  ['example.com', 'EXAMPLE.COM.:443', true],
  ['example.com', 'example.com:', true],
  ['example.com', 'example.com.:', true],
  ['example.com', 'ex%61mple%2ecom', true],
  ['example.com', 'EX%41MPLE.com%2E:80', true],
  ['xn--caf-dma.example', 'caf%C3%A9.example', true],
  ['example.com', 'example.com..', false],
  ['example.com', 'example%2Fcom', false],
  ['*.example.com', 'A.Example.com.:8080', true],
  ['*.example.com', '%61.example.com.', true],
  ['*.example.com', 'example.com.', false],
  ['example.com', '', false],
])('host %s against %j: %s', (pattern, host, expected) => {
  expect(find({ host: pattern }, '/', {}, host)).toBe(expected);
});

test('the first route that matches wins, and the last takes the rest', () => {
  const routes = router({ path: '/a' }, { path: '/:x' });
  expect(['/a', '/b', '/c/d', '*'].map((target) => routes.find(received({ target, authority: '' })))).toEqual([
    0, 1, 2, 1,
  ]);
});
