import { expect, it } from 'vitest';
import { isShortage, shortageOf } from '../../../src/wire/shortage.ts';

const failure = (code: string) => Object.assign(new Error(code), { code });

it.each(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS', 'ENOMEM'])('%s says nothing about the target', (code) => {
  expect(shortageOf(failure(code))).toMatch(/ left /);
  expect(isShortage(new AggregateError([failure(code), failure(code)]))).toBe(true);
});

it.each(['ECONNREFUSED', 'ENETUNREACH', 'ETIMEDOUT', 'ENOTFOUND', ''])('%s is about the target', (code) => {
  expect(isShortage(failure(code))).toBe(false);
});

it('of several addresses that one could not be reached is about the target, though another failed for a shortage', () => {
  expect(isShortage(new AggregateError([failure('EADDRNOTAVAIL'), failure('ECONNREFUSED')]))).toBe(false);
});
