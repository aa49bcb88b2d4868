import { expect, test } from 'vitest';
import { orderKey } from '../../../src/edge/order-key.ts';

const header = { by: 'header', name: 'x-user' } as const;
const cookie = { by: 'cookie', name: 'sid' } as const;

test('it is the connection, nothing, or a hash that no connection has', () => {
  const fields = ['X-User', 'ada', 'Cookie', 'a=1; sid=s-1'];
  expect(orderKey(fields, 7, { by: 'connection' })).toBe(7);
  expect(orderKey(fields, 7, { by: 'none' })).toBe(0);
  for (const by of [header, cookie]) {
    const key = orderKey(fields, 7, by);
    expect(key).toBe(orderKey(fields, 8, by));
    expect(key).toBeGreaterThan(0x7fffffff);
    expect(key).toBeLessThan(2 ** 32);
  }
});

test('it differs with the value', () => {
  const keys = ['ada', 'bob', 'ada ', 'adb'].map((value) => orderKey(['x-user', value], 1, header));
  expect(new Set(keys).size).toBe(4);
  expect(orderKey(['cookie', 'sid=1'], 1, cookie)).not.toBe(orderKey(['cookie', 'sid=2'], 1, cookie));
});

test('a request without the header or cookie goes by its connection', () => {
  expect(orderKey(['x-user', ''], 7, header)).toBe(7);
  expect(orderKey([], 7, header)).toBe(7);
  expect(orderKey(['cookie', 'other=1'], 7, cookie)).toBe(7);
});
