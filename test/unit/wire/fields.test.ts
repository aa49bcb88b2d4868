import { expect, test } from 'vitest';
import { contentLength, fieldList, fieldValue, lastCoding, listMembers } from '../../../src/wire/fields.ts';

const FIELDS = [
  'Accept',
  'a',
  'X',
  '',
  'ACCEPT',
  'b, c',
  'Content-Length',
  '12',
  'Transfer-Encoding',
  'gzip,  Chunked',
];

test('a field is found by its lower-case name, and its first value is given', () => {
  expect(fieldValue(FIELDS, 'accept')).toBe('a');
  expect(fieldValue(FIELDS, 'x')).toBe('');
  expect(fieldValue(FIELDS, 'accepx')).toBeUndefined();
});

test('all values of a field are one list, in order', () => {
  expect(fieldList(FIELDS, 'accept')).toBe('a, b, c');
  expect(fieldList(FIELDS, 'y')).toBeUndefined();
});

test('members of a list are in lower case, without white space and empty ones', () => {
  expect(listMembers(' A,, b\t,C ,')).toEqual(['a', 'b', 'c']);
});

test('the length is a number, and the last coding the one that counts', () => {
  expect(contentLength(FIELDS)).toBe(12);
  expect(contentLength([])).toBeUndefined();
  expect(lastCoding(FIELDS)).toBe('chunked');
  expect(lastCoding([])).toBeUndefined();
});
