import { describe, expect, it } from 'vitest';
import { descriptorLimit, descriptorShares } from '../../../src/config/descriptor-limit.ts';

const DEFAULTS = { client: 10_000, primary: 10_000, shadow: 256, control: 0 };

const limits = (line: string) =>
  `Limit                     Soft Limit           Hard Limit           Units     \n${line}\n`;

describe('the limit of descriptors', () => {
  it('is the soft one of the process, with what is open already', () => {
    const text = limits('Max open files            1024                 524288               files     ');
    expect(
      descriptorLimit(
        () => text,
        () => ['0', '1', '2'],
      ),
    ).toEqual({ limit: 1024, open: 3 });
  });

  it.each([
    ['there is none', () => limits('Max open files            unlimited            unlimited            files     ')],
    ['the system does not tell', () => limits('')],
    [
      'the file is not there',
      () => {
        throw new Error('ENOENT');
      },
    ],
  ])('does not matter where %s', (_what, read) => {
    expect(descriptorLimit(read, () => [])).toBeUndefined();
  });
});

describe('what each gets', () => {
  it('is what it wants where there is no limit, or one that leaves room for all', () => {
    for (const available of [undefined, { limit: 1_048_576, open: 20 }])
      expect(descriptorShares(available, 4, DEFAULTS)).toEqual({
        ...DEFAULTS,
        turnedAway: 256,
        admin: 256,
        needed: expect.any(Number),
      });
  });

  it.each([64, 96, 128, 256, 1024, 4096, 20_000].flatMap((limit) => [1, 2, 8].map((edges) => [limit, edges] as const)))(
    'is no more than fits into %d, on %d edge threads, and never nothing',
    (limit, edges) => {
      const wanted = { ...DEFAULTS, control: 256 };
      const { admin, needed, ...each } = descriptorShares({ limit, open: 20 }, edges, wanted);
      for (const share of Object.values(each)) expect(share).toBeGreaterThanOrEqual(1);
      const all = admin + edges * Object.values(each).reduce((sum, share) => sum + share);
      if (limit >= needed) expect(all + 20).toBeLessThan(limit);
      expect(each.client - each.primary).toBeLessThanOrEqual(1);
      expect(each.client).toBeGreaterThanOrEqual(each.primary);
    },
  );

  it('is for clients and the primary first: copies get an eighth, and what those do not want', () => {
    const { client, primary, shadow, control } = descriptorShares({ limit: 1024, open: 20 }, 1, {
      ...DEFAULTS,
      control: 256,
    });
    expect(client + primary).toBeGreaterThan(6 * (shadow + control));
    expect(descriptorShares({ limit: 1024, open: 20 }, 1, { ...DEFAULTS, client: 10, primary: 10 })).toMatchObject({
      client: 10,
      primary: 10,
      shadow: 256,
    });
  });

  it('is for clients what the primary does not want', () => {
    const { client, primary } = descriptorShares({ limit: 1024, open: 20 }, 1, { ...DEFAULTS, primary: 50 });
    expect(primary).toBe(50);
    expect(client).toBeGreaterThan(600);
  });
});
