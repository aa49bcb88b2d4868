import { describe, expect, it } from 'vitest';
import { csv } from '../../../../src/content/formats/csv.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf, readTree } from './reading.ts';

const type = 'text/csv';

describe('a table is read by column', () => {
  const table = (columns: string[], ...rows: object[]) => ({ delimiter: ',', columns, rows });

  it.each([
    ['id,name\n1,a\n2,b\n', table(['id', 'name'], { id: '1', name: 'a' }, { id: '2', name: 'b' })],
    ['id\r\n1\r\n', table(['id'], { id: '1' })],
    ['id\r1', table(['id'], { id: '1' })],
    ['a,b\n"x, ""y""\nz",', table(['a', 'b'], { a: 'x, "y"\nz', b: '' })],
    ['a,b\n1\n1,2,3,4', table(['a', 'b'], { a: '1' }, { a: '1', b: '2', '#more': ['3', '4'] })],
    ['a,a,a#2\n1,2,3', table(['a', 'a#2', 'a#2#2'], { a: '1', 'a#2': '2', 'a#2#2': '3' })],
    ['a\n"b"\n\n', table(['a'], { a: 'b' }, { a: '' })],
    ['a,b\n x "y", z', table(['a', 'b'], { a: ' x "y"', b: ' z' })],
    ['a', table(['a'])],
    ['\ufeffa,b', table(['a', 'b'])],
    [',\n,', table(['', '#2'], { '': '', '#2': '' })],
    ['a\n"b', 'problem: row 2: a quoted field never ends'],
    ['a\n"b"c', 'problem: row 2: something follows a quoted field'],
  ])('%j', (body, expected) => {
    expect(readTree(csv, bodyOf(body, type))).toEqual(expected);
  });

  it.each([
    ['a;b\n1,5;2', type, ';'],
    ['"x,y";b\n1,5;2', type, ';'],
    ['a\tb\n1,5\t2', 'text/tab-separated-values', '\t'],
  ])('whose fields are parted otherwise: %j', (body, as, delimiter) => {
    expect(readTree(csv, bodyOf(body, as))).toMatchObject({ delimiter, rows: [{ b: '2' }] });
  });

  it('without names, if the type says so', () => {
    expect(readTree(csv, bodyOf('1,2\n3', 'text/csv; header=absent'))).toEqual({
      delimiter: ',',
      rows: [['1', '2'], ['3']],
    });
  });
});

describe('tables differ', () => {
  it.each([
    ['in a field', 'id,n\n1,a\n2,b', 'id,n\n1,a\n2,c', ['value $.rows[*].n: "b" → "c"']],
    ['in a row more', 'id,n\n2,b', 'id,n\n1,a\n2,b', ['added $.rows[*]: · → {"id":"1","n":"a"}']],
    ['in a column more', 'id\n1', 'id,n\n1,a', ['added $.columns[*]: · → "n"', 'added $.rows[*].n: · → "a"']],
    ['in the order of columns', 'a,b\n1,2', 'b,a\n2,1', ['reordered $.columns: ["a","b"] → ["b","a"]']],
    ['in what parts fields', 'a,b\n1,2', 'a;b\n1;2', ['value $.delimiter: "," → ";"']],
    ['not in how fields are quoted or lines end', 'a,b\n1,2\n', '"a",b\r\n"1",2', []],
    [
      'in that one is none',
      'a\n1',
      'a\n"1',
      ['value line: 1 → "1', 'encoding $: CSV → not CSV: row 2: a quoted field never ends'],
    ],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });
});

describe('hostile tables', () => {
  it.each([
    ['rows', `a,b\n${'1,2\n'.repeat(200_000)}`],
    ['columns', `${'a,'.repeat(100_000)}\n1`],
    ['quotes', `a\n"${'""'.repeat(400_000)}"`],
    ['empty rows', `a${'\n'.repeat(50_000)}`],
  ])('with many %s are read', (_, body) => {
    expect(readTree(csv, bodyOf(body, type))).toMatchObject({ delimiter: ',' });
  });

  it('whose names outweigh their values are not', () => {
    const body = `${'n'.repeat(500_000)}\n${'1\n'.repeat(200_000)}`;
    expect(readTree(csv, bodyOf(body, type))).toBe('problem: the names of the columns are too long for the table');
  });
});
