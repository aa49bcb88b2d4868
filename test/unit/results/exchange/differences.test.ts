import { expect, test } from 'vitest';
import { listedDifferences } from '../../../../src/results/exchange/differences.ts';
import { fieldRows } from '../../../../src/results/exchange/fields.ts';
import { segmentText } from './as-text.ts';
import { answered, recorded } from './recorded.ts';

type Parts = Parameters<typeof recorded>[1];

/** `mark kind path: primary | shadow, change` */
function listed(parts: Parts) {
  return listedDifferences(recorded({ primary: '', shadow: '' }, parts)).map(({ mark, path, sides, change }) => {
    const [primary, shadow] = sides.map((side) => side.map(segmentText).join(''));
    return `${mark.as} ${mark.kind} ${path}: ${primary} | ${shadow}${change === undefined ? '' : `, ${change}`}`;
  });
}

test('what counts comes first, then noise, then what rules accept', () => {
  const at = (path: string) => ({ path, kind: 'value', left: '1', right: '2' }) as const;
  const parts = { differences: [at('$.a')], noise: [at('$.b')], accepted: [{ ...at('$.c'), rule: 'within 1' }] };
  expect(listed(parts)).toEqual([
    'difference value $.a: [1] | [2], +1 (100%)',
    'noise value $.b: [1] | [2], +1 (100%)',
    'accepted value $.c: [1] | [2], +1 (100%)',
  ]);
});

test('an empty value is told from one that is not there', () => {
  const differences = [
    { path: 'header.x-a', kind: 'header', left: '' },
    { path: 'header.x-b', kind: 'header', left: '', right: 'b' },
    { path: '$.c', kind: 'added', right: '""' },
    { path: '$.d', kind: 'reordered' },
    { path: '…', kind: 'budget', right: '3 more differences' },
  ] as const;
  expect(listed({ differences })).toEqual([
    'difference header header.x-a: <(empty)> | <(nothing)>',
    'difference header header.x-b: <(empty)> | [b]',
    'difference added $.c: <(nothing)> | ""',
    'difference reordered $.d: <–> | <–>',
    'difference budget …: <–> | 3 more differences',
  ]);
});

test('an empty header field is told from one that is not there', () => {
  const exchange = {
    ...recorded({ primary: '', shadow: '' }),
    primary: answered('', ['X-A', '', 'X-B', '']),
    shadow: answered('', ['X-A', 'a']),
  };
  const cells = fieldRows(exchange, 'fields').map((row) => row.cells.map((cell) => cell?.map(segmentText).join('')));
  expect(cells).toEqual([
    ['<(empty)>', '[a]'],
    ['<(empty)>', undefined],
  ]);
});
