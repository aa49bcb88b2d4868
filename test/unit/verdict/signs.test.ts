import { describe, expect, it } from 'vitest';
import type { BlockClock, Signs } from '../../../src/model/route-evidence.ts';
import { advanced, NO_BLOCK } from '../../../src/verdict/block-clock.ts';
import { addSigns, closed, logEvidence, logRateAbove, noSigns } from '../../../src/verdict/signs.ts';

type Flush = { readonly worse?: number; readonly better?: number; readonly exchanges?: number };

/** Flushes a second apart, and one more without anything, so that the last block is over. */
function observed(flushes: readonly Flush[]): { signs: Signs; clock: BlockClock } {
  let clock = NO_BLOCK;
  let signs = noSigns(clock);
  for (const [second, { worse = 0, better = 0, exchanges = 100 }] of [...flushes, {}].entries()) {
    clock = advanced(clock, second * 1000, exchanges);
    signs = addSigns(signs, clock, { worse, better });
  }
  return { signs: closed(signs, clock), clock };
}

const times = (count: number, flush: Flush) => Array.from({ length: count }, () => flush);

describe('the clock of blocks', () => {
  it('each second is a block', () => {
    expect(observed(times(5, {})).clock).toMatchObject({ exchanges: 600, block: 6, within: 100 });
  });

  it('a block has ten exchanges at least, however long that takes', () => {
    expect(observed(times(29, { exchanges: 1 })).clock.block).toBe(3);
  });

  it('flushes of a fifth of a second are one block', () => {
    let clock = NO_BLOCK;
    for (let flush = 0; flush < 10; flush++) clock = advanced(clock, flush * 200, 50);
    expect(clock).toMatchObject({ block: 2, within: 250 });
  });

  it('a clock that was set back begins a block', () => {
    const clock = advanced(advanced(NO_BLOCK, 100_000, 50), 40_000, 50);
    expect(clock).toMatchObject({ block: 2, began: 40_000, setBack: 1 });
  });
});

describe('signs', () => {
  it('a burst within a block is one sign', () => {
    const { signs } = observed([...times(3, {}), { worse: 100 }, ...times(3, {}), { worse: 1 }]);
    expect(signs.total).toEqual({ worse: 101, better: 0 });
    expect(signs.afterWorse).toEqual({ worse: 1, better: 0 });
  });

  it('the majority decides, and a tie gives no sign', () => {
    const { signs } = observed([
      { worse: 3, better: 2 },
      { worse: 4, better: 4 },
      { worse: 1, better: 2 },
    ]);
    expect(signs).toMatchObject({ last: 'better', afterWorse: { worse: 0, better: 1 } });
  });

  it('a block that is not over gives no sign yet', () => {
    const clock = advanced(NO_BLOCK, 0, 100);
    const signs = addSigns(noSigns(NO_BLOCK), clock, { worse: 50, better: 0 });
    expect(closed(signs, clock)).toBe(signs);
    expect(signs.last).toBeUndefined();
  });

  it('what was proven once stays proven', () => {
    const { signs, clock } = observed([
      ...times(40, { worse: 5 }),
      ...times(200, { better: 5 }),
      { worse: 1 },
      ...times(20, { better: 5 }),
      { worse: 1 },
    ]);
    expect(logEvidence(signs, clock)).toBeLessThan(0);
    expect(signs.peak).toBeGreaterThan(Math.log(1000));
  });

  it('signs that come in long runs need many more of them', () => {
    const runs = Array.from({ length: 20 }, (_, run) => times(20, run % 2 === 0 ? { worse: 1 } : { better: 1 })).flat();
    const { signs, clock } = observed([...runs, ...times(40, { worse: 1 })]);
    const fresh = observed(times(40, { worse: 1 }));
    expect(logEvidence(signs, clock)).toBeLessThan(Math.log(20));
    expect(logEvidence(fresh.signs, fresh.clock)).toBeGreaterThan(Math.log(1000));
  });

  it('is plain data of a bounded size, however long it goes on', () => {
    const { signs } = observed(times(5_000, { worse: 7, better: 3 }));
    expect(JSON.parse(JSON.stringify(signs))).toEqual(signs);
    expect(JSON.stringify(signs).length).toBeLessThan(400);
  });
});

describe('a rate without a control', () => {
  it('one burst is no evidence', () => {
    const { signs, clock } = observed([...times(20, {}), { worse: 40 }, ...times(20, {})]);
    expect(logRateAbove(0.001, signs, clock)).toBeLessThan(Math.log(20));
  });

  it('what is wrong all the time shows within a dozen blocks, at any pace', () => {
    for (const exchanges of [10, 100, 10_000]) {
      const { signs, clock } = observed(times(12, { worse: exchanges, exchanges }));
      expect(logRateAbove(0.001, signs, clock), `${exchanges} a second`).toBeGreaterThan(Math.log(4000));
    }
  });

  it('what is rare, but less so than the limit, shows too', () => {
    const { signs, clock } = observed(times(60, { worse: 5, exchanges: 1_000 }));
    expect(logRateAbove(0.001, signs, clock)).toBeGreaterThan(Math.log(4000));
  });
});
