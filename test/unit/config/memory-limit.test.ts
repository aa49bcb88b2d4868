import { describe, expect, test } from 'vitest';
import { automaticMemory, divideMemory, heapLimits, heldBy, memoryLimit } from '../../../src/config/memory-limit.ts';

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

describe('what may be held', () => {
  test('is 96 MiB for each edge thread without a limit, or with a large one', () => {
    expect(automaticMemory(undefined, 1)).toBe(96 * MIB);
    expect(automaticMemory(undefined, 4)).toBe(384 * MIB);
    expect(automaticMemory(8 * 1024 * MIB, 1)).toBe(96 * MIB);
  });

  test('is less in a small container, however many edge threads it has', () => {
    expect(automaticMemory(350 * MIB, 1)).toBeLessThan(32 * MIB);
    expect(automaticMemory(350 * MIB, 2)).toBeLessThan(automaticMemory(350 * MIB, 1));
    expect(automaticMemory(64 * MIB, 8)).toBe(0);
  });
});

describe('the parts of what may be held', () => {
  test('of one edge thread by default', () => {
    const parts = { tape: 8 * MIB, buffer: 48 * MIB, examples: 16 * MIB, collected: 8 * MIB, decoded: 8 * MIB };
    expect(divideMemory(96 * MIB, 1)).toEqual(parts);
    expect(heldBy(parts, 1)).toBe(96 * MIB);
  });

  test.each(
    [24, 64, 96, 100, 1024, 65_536].flatMap((memory) =>
      [1, 2, 3].flatMap((edges) =>
        [{}, { tape: MIB }, { buffer: 5 * MIB }].map((parts) => [memory, edges, parts] as const),
      ),
    ),
  )('%d MiB for %d edge threads, with %j: together they are no more, and none is nothing', (memory, edges, written) => {
    const parts = divideMemory(memory * MIB, edges, written);
    if (memory >= 12 * edges) expect(heldBy(parts, edges)).toBeLessThanOrEqual(memory * MIB);
    expect(parts).toMatchObject(written);
    expect(Math.min(...Object.values(parts))).toBeGreaterThanOrEqual(MIB);
  });

  test('that are written leave less for the others', () => {
    const [usual, large] = [divideMemory(96 * MIB, 1), divideMemory(96 * MIB, 1, { tape: 16 * MIB })];
    expect(large.tape).toBe(16 * MIB);
    expect(large.buffer).toBeLessThan(usual.buffer);
    expect(heldBy(large, 1)).toBeLessThanOrEqual(96 * MIB);
    expect(divideMemory(96 * MIB, 1, { buffer: 60 * MIB }).tape).toBe(3 * MIB);
  });

  test('exceed a memory that is too small for them', () => {
    expect(heldBy(divideMemory(12 * MIB, 2), 2)).toBe(18 * MIB);
    expect(heldBy(divideMemory(64 * MIB, 1, { buffer: 64 * MIB }), 1)).toBe(70 * MIB);
  });
});

describe('the heaps of threads', () => {
  test('are left to V8 without a limit', () => {
    expect(heapLimits(undefined, 1, 64 * MIB)).toBeUndefined();
  });

  test.each([256, 350, 512, 1024, 4096].flatMap((limit) => [1, 2, 4].map((edges) => [limit, edges] as const)))(
    'in %d MiB, for %d edge threads, leave room for what is held, and for each to live',
    (limit, edges) => {
      const { buffer } = divideMemory(automaticMemory(limit * MIB, edges), edges);
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
