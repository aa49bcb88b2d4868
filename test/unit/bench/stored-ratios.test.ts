import { expect, test } from 'vitest';
import { judgeRatios } from '../../../bench/harness/stored-ratios.ts';

const judge = (stored: number, measured: number) =>
  judgeRatios({ throughput: { 'a / b': stored } }, { throughput: { 'a / b': measured } })[0]!;

test('a ratio that is worse by more than 15 % is told as such, with both figures', () => {
  expect(judge(1, 1.16)).toEqual({ line: 'throughput: a / b: 1.16, stored 1.00 (+16 %): WORSE', result: 'worse' });
  expect(judge(1, 1.14).result).toBe('kept');
  expect(judge(1, 0.5)).toEqual({ line: 'throughput: a / b: 0.50, stored 1.00 (-50 %)', result: 'kept' });
});

test('what is stored and was not measured, or the other way round, is told and is neither kept nor worse', () => {
  expect(judgeRatios({ one: { x: 2 } }, { two: { y: 3 } })).toEqual([
    { line: 'one: x: not measured here (stored: 2.00)', result: 'unknown' },
    { line: 'two: y: 3.00, none is stored', result: 'unknown' },
  ]);
});
