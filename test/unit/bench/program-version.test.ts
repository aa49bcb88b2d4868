import { expect, test } from 'vitest';
import { programVersion } from '../../../bench/peers/program-peer.ts';

test('a program that is not there has no version, whatever its words may look like', () => {
  const version = { args: ['--version'], pattern: /^v?(\S+)/ };
  expect(programVersion('a-program-that-nobody-has', version)).toBeUndefined();
  expect(programVersion('sh', { args: ['-c', 'echo v1.2.3'], pattern: /^v?(\S+)/ })).toBe('1.2.3');
});
