import { afterEach, expect, it, vi } from 'vitest';
import { binary } from '../../../src/compare/formats/binary.ts';
import { text } from '../../../src/compare/formats/text.ts';
import { csv } from '../../../src/content/formats/csv.ts';
import { comparePair, lines } from './pair.ts';

afterEach(() => vi.restoreAllMocks());

const fault = () => {
  throw new RangeError('Maximum call stack size exceeded');
};
const differences = (left: string, right: string) =>
  lines(comparePair({ type: 'text/csv', body: left }, { type: 'text/csv', body: right }).differences);

it('a body on which its format throws is not of that format: both are compared as text', () => {
  const read = vi.spyOn(csv, 'read').mockImplementation(fault);
  expect(differences('a,b\n1,2\n', 'a,b\n1,3\n')).toEqual(['value line: 1,2 → 1,3']);
  expect(read).toHaveBeenCalledTimes(2);
});

it('a format that throws on one of two bodies alone is a difference of what they are, and says why', () => {
  const { read } = csv;
  vi.spyOn(csv, 'read').mockImplementation((body) => (body.bytes.includes('3') ? fault() : read(body)));
  expect(differences('a,b\n1,2\n', 'a,b\n1,3\n')).toEqual([
    'value line: 1,2 → 1,3',
    'encoding $: CSV → not CSV: reading failed (Maximum call stack size exceeded)',
  ]);
});

it('what is not text either is compared by its bytes', () => {
  vi.spyOn(csv, 'read').mockImplementation(fault);
  vi.spyOn(text, 'compare').mockImplementation(fault);
  expect(differences('a,b\n1,2\n', 'a,b\n1,3\n')).toEqual([expect.stringMatching(/^bytes bytes: .*at 6: 320a/)]);
});

it('when every way to compare two bodies fails they still differ', () => {
  vi.spyOn(csv, 'read').mockImplementation(fault);
  vi.spyOn(text, 'compare').mockImplementation(fault);
  vi.spyOn(binary, 'compare').mockImplementation(fault);
  expect(differences('a,b\n1,2\n', 'a\n')).toEqual(['bytes $: 8 bytes → 2 bytes']);
});
