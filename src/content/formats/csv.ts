import type { Body, Format } from './format.ts';
import { arrayOf, byteText, objectOf, quoted, readingOf } from './json-text.ts';

/**
 * Tables as `$.rows[*].price`, with the order of the columns in `$.columns[*]`. The first row names the columns unless
 * the media type says `header=absent` (RFC 4180, section 3); then it is `$.rows[*][*]`. Quoting and line ends make no
 * difference. The delimiter is a comma, or the one that the first row uses: a semicolon or a tab.
 */
export const csv: Format = {
  name: 'CSV',
  claims: ({ essence }) => CSV_TYPES.has(essence),
  read: (body) => {
    const text = byteText(body);
    if ('problem' in text) return text;
    const delimiter = delimiterOf(text.bytes);
    const rows = rowsOf(text.bytes, delimiter);
    if ('problem' in rows) return rows;
    const table = isHeaderless(body) ? listed(rows) : named(rows, text.bytes.length);
    return 'problem' in table ? table : readingOf(objectOf([['delimiter', quoted(delimiter)], ...table]), text.mark);
  },
};

const CSV_TYPES: ReadonlySet<string> = new Set([
  'application/csv',
  'application/vnd.ms-excel.csv',
  'text/csv',
  'text/tab-separated-values',
  'text/x-csv',
]);

/** Names are repeated in every row. A table is not read if that makes it larger by more than this factor. */
const MOST_GROWTH = 32;

type Rows = readonly (readonly string[])[];
type Problem = { readonly problem: string };
type Table = readonly (readonly [name: string, json: string])[];

function isHeaderless({ type }: Body): boolean {
  return type?.parameters.get('header')?.toLowerCase() === 'absent';
}

function delimiterOf(text: string): string {
  const firstRow = text.slice(0, text.search(/[\r\n]|$/)).replaceAll(/"[^"]*"/g, '');
  return [',', ';', '\t'].find((delimiter) => firstRow.includes(delimiter)) ?? ',';
}

function rowsOf(text: string, delimiter: string): Rows | Problem {
  const rows: string[][] = [];
  const plain = new RegExp(`[^${delimiter}\\r\\n]*`, 'y');
  let row: string[] = [];
  let at = 0;
  while (at < text.length || row.length > 0) {
    let end: number;
    if (text[at] === '"') {
      end = quotedEnd(text, at);
      if (end < 0) return { problem: `row ${rows.length + 1}: a quoted field never ends` };
      row.push(text.slice(at + 1, end - 1).replaceAll('""', '"'));
    } else {
      plain.lastIndex = at;
      plain.test(text);
      end = plain.lastIndex;
      row.push(text.slice(at, end));
    }
    if (text[end] === delimiter) {
      at = end + 1;
      continue;
    }
    if (end < text.length && text[end] !== '\r' && text[end] !== '\n') {
      return { problem: `row ${rows.length + 1}: something follows a quoted field` };
    }
    rows.push(row);
    row = [];
    at = text.startsWith('\r\n', end) ? end + 2 : end + 1;
  }
  return rows;
}

/** The offset after the closing quote; -1 if there is none. */
function quotedEnd(text: string, start: number): number {
  for (let at = start + 1; ; at += 2) {
    at = text.indexOf('"', at);
    if (at < 0) return -1;
    if (text[at + 1] !== '"') return at + 1;
  }
}

function listed(rows: Rows): Table {
  return [['rows', arrayOf(rows.map((row) => arrayOf(row.map(quoted))))]];
}

function named([header = [], ...rows]: Rows, length: number): Table | Problem {
  const names = distinct(header);
  const size = names.reduce((sum, name) => sum + name.length, 0) * rows.length;
  if (size > MOST_GROWTH * length) return { problem: 'the names of the columns are too long for the table' };
  return [
    ['columns', arrayOf(names.map(quoted))],
    ['rows', arrayOf(rows.map((row) => namedRow(names, row)))],
  ];
}

/** Fields beyond the last column are under `#more`. */
function namedRow(names: readonly string[], row: readonly string[]): string {
  const members: [string, string][] = row.slice(0, names.length).map((field, at) => [names[at]!, quoted(field)]);
  if (row.length > names.length) members.push(['#more', arrayOf(row.slice(names.length).map(quoted))]);
  return objectOf(members);
}

/** The second column with the same name is `name#2`. */
function distinct(header: readonly string[]): string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return header.map((name) => {
    let count = counts.get(name) ?? 0;
    let candidate: string;
    do candidate = ++count === 1 ? name : `${name}#${count}`;
    while (taken.has(candidate));
    counts.set(name, count);
    taken.add(candidate);
    return candidate;
  });
}
