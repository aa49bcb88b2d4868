import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { meaningOf } from '../../../src/compare/head/meaning.ts';
import { withoutParameter } from '../../../src/compare/head/parameters.ts';
import { isFieldAlone } from '../../../src/compare/own/sent-fields.ts';
import { messageTypes } from '../../../src/content/formats/protobuf/types.ts';

/** Texts that invite to be looked through again from each of their characters. That would take minutes. */
const MANY = 300_000;

const base64 = readFileSync(new URL('../../fixtures/protobuf/shop.binpb', import.meta.url)).toString('base64');
const typesFor = messageTypes({ descriptors: { file: 'shop.binpb', base64 } });

it.each([
  ['a quoted string that never ends', () => withoutParameter([`"${'\\"'.repeat(MANY)}`], 'a').lines.length, 1],
  ['a link that never ends', () => meaningOf('link', [`<${','.repeat(MANY)}`]).length, MANY + 1],
  ['a line without a word', () => isFieldAlone(`${'-'.repeat(MANY)}x`, 'x-env', '-'.repeat(16)), false],
  ['a name and a line without a word', () => isFieldAlone(`x-env${'-'.repeat(MANY)}x`, 'x-env', '-'), false],
  ['a path of one segment', () => 'message' in typesFor(`/${'a'.repeat(MANY)}/`, 'response').protobuf!, false],
])('%s costs no more than its size', (_, read, expected) => {
  expect(read()).toBe(expected);
});

it.each([
  ['X-Env: blue', 'blue', true],
  ['<li>x_env = Blue</li>', 'blue', true],
  ['- HTTP_X_ENV -', 'blue', true],
  ['x-env', 'blue', true],
  ['x-envblue', 'blue', false],
  ['X-Env: blue green', 'blue', false],
  ['my X-Env: blue', 'blue', false],
  ['blue', 'blue', false],
  ['"a-longer-value-it-is"', 'a-longer-value-it-is', true],
  ['not a-longer-value-it-is', 'a-longer-value-it-is', false],
])('whether %j is the field x-env with %j alone: %j', (text, value, expected) => {
  expect(isFieldAlone(text, 'x-env', value)).toBe(expected);
});
