import { describe, expect, test } from 'vitest';
import { heapLimits, memoryLimit, memoryShares } from '../../../src/config/memory-limit.ts';

const MIB = 1024 * 1024;
const TOTAL = 24 * 1024 * MIB;

const limitOf = (files: Record<string, string>) => memoryLimit((path) => files[path], TOTAL);

describe('the memory limit', () => {
  test('of a container with version 2 is at the root', () => {
    const files = { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': `${350 * MIB}\n` };
    expect(limitOf(files)).toBe(350 * MIB);
  });

  test('is the least of the group and those above it', () => {
    expect(
      limitOf({
        '/proc/self/cgroup': '0::/system.slice/app.service\n',
        '/sys/fs/cgroup/system.slice/app.service/memory.max': 'max\n',
        '/sys/fs/cgroup/system.slice/memory.max': `${400 * MIB}\n`,
        '/sys/fs/cgroup/memory.max': `${900 * MIB}\n`,
      }),
    ).toBe(400 * MIB);
  });

  test('of version 1 is that of the memory controller', () => {
    expect(
      limitOf({
        '/proc/self/cgroup': '9:name=systemd:/\n4:memory,hugetlb:/docker/abc\n1:cpu:/x\n0::/\n',
        '/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes': `${300 * MIB}\n`,
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      }),
    ).toBe(300 * MIB);
  });

  test('is found where the path is that of the host', () => {
    const files = {
      '/proc/self/cgroup': '4:memory:/docker/abc\n',
      '/sys/fs/cgroup/memory/memory.limit_in_bytes': `${300 * MIB}\n`,
    };
    expect(limitOf(files)).toBe(300 * MIB);
  });

  test.each([
    ['without control groups', {}],
    ['without a limit', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': 'max\n' }],
    ['above what the machine has', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': `${TOTAL * 2}\n` }],
    ['that is no number', { '/proc/self/cgroup': '0::/\n', '/sys/fs/cgroup/memory.max': '\n' }],
  ])('is none %s', (_what, files) => {
    expect(limitOf(files)).toBeUndefined();
  });
});

describe('what is held in memory', () => {
  test('is what it always was without a limit, or with a large one', () => {
    const usual = { tape: 8 * MIB, buffer: 64 * MIB, examples: 32 * MIB, decoded: 8 * MIB };
    expect(memoryShares(undefined, 4)).toEqual(usual);
    expect(memoryShares(8 * 1024 * MIB, 1)).toEqual(usual);
  });

  test('is less in a small container, shared by the edge threads, and never nothing', () => {
    const [one, two] = [memoryShares(350 * MIB, 1), memoryShares(350 * MIB, 2)];
    expect(one.tape * 2 + one.buffer + one.examples).toBeLessThan(64 * MIB);
    expect(two.buffer).toBeLessThan(one.buffer);
    expect(memoryShares(64 * MIB, 8)).toEqual({ tape: MIB, buffer: 4 * MIB, examples: 2 * MIB, decoded: MIB });
  });
});

describe('the heaps of threads', () => {
  test('are left to V8 without a limit', () => {
    expect(heapLimits(undefined, 1, 64 * MIB)).toBeUndefined();
  });

  test.each([256, 350, 512, 1024, 4096].flatMap((limit) => [1, 2, 4].map((edges) => [limit, edges] as const)))(
    'in %d MiB, for %d edge threads, leave room for what is held, and for each to live',
    (limit, edges) => {
      const { buffer } = memoryShares(limit * MIB, edges);
      const { old, young } = heapLimits(limit * MIB, edges, buffer)!;
      expect(old.mirror).toBeGreaterThan(buffer + 16 * MIB);
      expect(Math.min(old.edge, old.compare)).toBeGreaterThanOrEqual(48 * MIB);
      expect(young).toBeGreaterThanOrEqual(6 * MIB);
      expect(young).toBeLessThanOrEqual(48 * MIB);
      // None is the whole, whatever the others do.
      if (limit >= 200 + 150 * edges)
        expect(Math.max(old.edge, old.mirror, old.compare) + young).toBeLessThan((limit * MIB) / 2);
    },
  );
});
