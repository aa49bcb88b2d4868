import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/lib/duration.ts';
import { formatShare, parseShare } from '../../../src/lib/share.ts';
import { formatSize, parseSize } from '../../../src/lib/size.ts';

const wholeNumbers = fc.oneof(
  fc.nat(),
  fc.nat(10_000).map((n) => n * 1024),
  fc.nat(10_000).map((n) => n * 60_000),
);

describe('durations', () => {
  it.each([
    ['0s', 0],
    ['200ms', 200],
    ['5s', 5_000],
    ['1.5s', 1_500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['0.5ms', 1],
  ])('%s', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '5',
    's',
    '5 s',
    ' 5s',
    '5s ',
    '-5s',
    '+5s',
    '5S',
    '5sec',
    '1m30s',
    '1e3s',
    '.5s',
    '5.s',
    'Infinitys',
    '5s\n',
  ])('none: %j', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  it('one too long to be counted in milliseconds is none', () => {
    expect(parseDuration(`${'9'.repeat(30)}d`)).toBeUndefined();
  });

  it('what is formatted reads back as the same', () => {
    fc.assert(fc.property(wholeNumbers, (amount) => parseDuration(formatDuration(amount)) === amount));
  });

  it.each([
    [0, '0s'],
    [90_000, '90s'],
    [60_000, '1m'],
    [604_800_000, '7d'],
    [1_500, '1500ms'],
  ])('%d ms are written %s', (milliseconds, text) => {
    expect(formatDuration(milliseconds)).toBe(text);
  });
});

describe('sizes', () => {
  it.each([
    ['0B', 0],
    ['512B', 512],
    ['64KiB', 65_536],
    ['64kB', 64_000],
    ['1.5MiB', 1_572_864],
    ['1MB', 1_000_000],
    ['2GiB', 2_147_483_648],
    ['2GB', 2_000_000_000],
  ])('%s', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each(['', '5', 'KiB', '1 MiB', '1mib', '1Mb', '1K', '-1B', '1e3B', '1MiB\n'])('none: %j', (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  it('what is formatted reads back as the same', () => {
    fc.assert(fc.property(wholeNumbers, (amount) => parseSize(formatSize(amount)) === amount));
  });
});

describe('shares', () => {
  it.each([
    ['0%', 0],
    ['0.5%', 0.005],
    ['10%', 0.1],
    ['100%', 1],
    ['250%', 2.5],
  ])('%s', (text, fraction) => {
    expect(parseShare(text)).toBe(fraction);
  });

  it.each(['', '%', '10', '0.1', '-1%', '10 %', '1e1%', '10%%'])('none: %j', (text) => {
    expect(parseShare(text)).toBeUndefined();
  });

  it('a percentage below a millionth has no exponent', () => {
    expect([formatShare(1e-9), formatShare(1.25e-12), formatShare(0)]).toEqual(['0.0000001%', '0.000000000125%', '0%']);
  });

  it('a percentage of few digits reads back as it was written', () => {
    fc.assert(
      fc.property(fc.nat(10_000_000), (parts) => {
        const text = `${parts / 100_000}%`;
        fc.pre(!text.includes('e'));
        return formatShare(parseShare(text)!) === text;
      }),
    );
  });
});
