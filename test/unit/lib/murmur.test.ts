import { expect, it } from 'vitest';
import { murmur3 } from '../../../src/lib/murmur.ts';

// From the Python package mmh3: mmh3.hash(bytes, 0, signed=False).
it.each([
  ['', 0],
  ['a', 1009084850],
  ['ab', 2613040991],
  ['abc', 3017643002],
  ['abcd', 1139631978],
  ['user-17', 3579110121],
  ['release-2026-12\u0000user-1', 1670747190],
  [String.fromCharCode(...Array.from({ length: 256 }, (_, at) => at)), 3825864278],
  ['\u00ff\u00fe\u00fd', 3535729372],
] as [string, number][])('hashes %j as other tools do', (bytes, expected) => {
  expect(murmur3(bytes)).toBe(expected);
});
