import { createHash } from 'node:crypto';
import { firstDifference } from '../first-difference.ts';
import { fileType } from './file-type.ts';
import type { PlainFormat } from './plain-format.ts';

/** Bytes of no known structure: type, length, hash, and the first offset at which they differ. Takes every body. */
export const binary: PlainFormat = {
  name: 'binary',
  compare: (left, right, report) => {
    const offset = firstDifference(left.bytes, right.bytes);
    report('bytes', 'bytes', describe(left.bytes, offset), describe(right.bytes, offset));
    return true;
  },
};

function describe(bytes: Buffer, offset: number): string {
  const type = fileType(bytes);
  const there = bytes.subarray(offset, offset + 8).toString('hex');
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  const place = `at ${offset}: ${there === '' ? 'the end' : there}`;
  return `${type === undefined ? '' : `${type}, `}${bytes.length} bytes, sha256 ${hash}…, ${place}`;
}
