import { describe, expect, it } from 'vitest';
import { closest } from '../../../src/lib/closest.ts';

const MIRROR = [
  'enabled',
  'sample',
  'sampleBy',
  'methods',
  'timeout',
  'order',
  'maxBody',
  'inFlight',
  'buffer',
  'tape',
  'salt',
  'headers',
];

describe('a word that is near is suggested', () => {
  it.each([
    ['smaple', 'sample'],
    ['sampel', 'sample'],
    ['Sample', 'sample'],
    ['samples', 'sample'],
    ['timeuot', 'timeout'],
    ['max_body', 'maxBody'],
    ['max-body', 'maxBody'],
    ['maxbody', 'maxBody'],
    ['MAX_BODY', 'maxBody'],
    ['inflight', 'inFlight'],
    ['header', 'headers'],
    ['bufer', 'buffer'],
    ['tpae', 'tape'],
    ['atpe', 'tape'],
    ['tap', 'tape'],
    ['sampleby', 'sampleBy'],
  ])('%s: %s', (word, meant) => {
    expect(closest(word, MIRROR)).toBe(meant);
  });
});

describe('a word that is another one is not', () => {
  it.each([
    'rate',
    'date',
    'size',
    'safe',
    'malt',
    'limit',
    'rps',
    'qps',
    'a',
    '',
    'constructor',
    'percent',
    'other',
    'hours',
  ])('%j', (word) => {
    expect(closest(word, MIRROR)).toBeUndefined();
  });

  it.each([
    ['ip', ['as', 'id']],
    ['colour', ['level', 'format', 'access']],
    ['port', ['path', 'host']],
    ['bey', ['key', 'age']],
  ])('%s among %j', (word, words) => {
    expect(closest(word, words)).toBeUndefined();
  });
});

it('of several the nearest is suggested', () => {
  expect(closest('timeots', ['timeout', 'timeouts'])).toBe('timeouts');
});
