import { describe, expect, test } from 'vitest';
import { Grouper } from '../../../src/grouping/grouper.ts';
import { RouteLog } from '../../../src/grouping/route-log.ts';
import { RouteNames } from '../../../src/grouping/route-names.ts';
import type { RouteIndex } from '../../../src/model/route.ts';
import { config } from '../config/support.ts';

/** The name of the route in which a request is counted, once it was answered with this status. */
function grouper() {
  const names = new RouteNames(new RouteLog(RouteLog.allocate()));
  const rows = names.configured(['default'])!;
  const grouping = new Grouper(names, config(''), rows);
  return (line: string, status: number) => {
    const [method = '', target = ''] = line.split(' ');
    return names.info(grouping.rowOf(0 as RouteIndex, { method, fields: [] }, target, status)).name;
  };
}

describe('a path that only redirects answer', () => {
  test.each([301, 302, 303, 307, 308])('has a route of its own from status %i on', (status) => {
    const nameOf = grouper();
    expect(nameOf('POST /login', status)).toBe('POST /login');
    expect(nameOf('POST /login', 500)).toBe('POST /login');
  });

  test('has none by an error, nor where it looks like a guess or an id', () => {
    const nameOf = grouper();
    expect(nameOf('GET /login', 404)).toBe('default');
    expect(nameOf('GET /orders/8841', 302)).toBe('default');
    expect(nameOf('GET /blue-cotton-shirt-with-long-sleeves', 302)).toBe('default');
  });

  test('is one of a few, so that a login to which everything redirects makes no route of every guess', () => {
    const nameOf = grouper();
    const guesses = Array.from(
      { length: 100 },
      (_, at) => `GET /${String.fromCharCode(97 + (at % 26))}word${'x'.repeat(at % 7)}${'yz'[at % 2]}`,
    );
    const named = new Set(guesses.map((line) => nameOf(line, 302)).filter((name) => name !== 'default'));
    expect(named.size).toBeGreaterThan(0);
    expect(named.size).toBeLessThanOrEqual(12);
    // What is answered with success is named as ever.
    expect(nameOf('GET /account', 200)).toBe('GET /account');
  });
});
