import { describe, expect, test } from 'vitest';
import type { DifferenceKind, Place } from '../../../src/model/difference.ts';
import type { StoredSignature } from '../../../src/model/store-reader.ts';
import { type Cause, causesIn, groupedByCause } from '../../../src/results/causes.ts';

const causesOf = (rows: readonly StoredSignature[]) => causesIn(groupedByCause(rows));

/** `kind path`, or `header.name` alone. */
function place(text: string): Place {
  const [kind, path] = text.startsWith('header.') ? ['header', text] : text.split(' ');
  return { path: path!, kind: kind as DifferenceKind };
}

let made = 0;

function row(route: string, places: string, parts: Partial<StoredSignature> = {}): StoredSignature {
  made++;
  return {
    service: 'default',
    id: `s${String(made).padStart(4, '0')}`,
    route,
    ending: 'mismatch',
    primaryStatus: 200,
    shadowStatus: 200,
    places: places === '' ? [] : places.split(', ').map(place),
    count: 2,
    firstSeen: 1_000,
    lastSeen: 2_000,
    ...parts,
  };
}

function changed(route: string, pair: readonly [number, number], places: string, count = 2): StoredSignature {
  const all = ['status status', ...(places === '' ? [] : [places])].join(', ');
  return row(route, all, { primaryStatus: pair[0], shadowStatus: pair[1], count });
}

/** `count route+route: place, place | follows` */
function inShort({ count, routes, places, follows }: Cause): string {
  const names = ({ path, kind }: Place) => (kind === 'header' ? path : `${kind} ${path}`);
  const with_ = follows.length === 0 ? '' : ` | ${follows.map(({ path }) => path).join(', ')}`;
  return `${count} ${routes.map(({ route }) => route).join('+')}: ${places.map(names).join(', ')}${with_}`;
}

const causesInShort = (...rows: StoredSignature[]) => causesOf(rows).map(inShort);

describe('places that differ on many routes', () => {
  test('are one cause with its routes, beside what each route differs in by itself', () => {
    const rows = Array.from({ length: 25 }, (_, at) =>
      row(`r${at}`, [`value $.own${at}`, ...(at < 23 ? ['header.vary'] : [])].join(', ')),
    );
    const causes = causesOf(rows);
    expect(causes).toHaveLength(26);
    const vary = causes.filter(({ places }) => places.some(({ path }) => path === 'header.vary'));
    expect(vary).toMatchObject([{ count: 46, places: [{ path: 'header.vary', count: 46 }] }]);
    expect(vary[0]!.routes).toHaveLength(23);
  });

  test('say what else differs in exchanges that show them, the most frequent first, and not what is made from the body', () => {
    const causes = causesOf([
      row('a', 'value $.state, value $.total, header.etag', { count: 5 }),
      row('a', 'value $.state, value $.tax, header.etag', { count: 7 }),
      row('a', 'value $.state, header.etag', { count: 1 }),
    ]);
    const beside = Object.fromEntries(causes.map(({ places, beside }) => [places[0]!.path, beside]));
    const also = (path: string, times: number) => ({ path, kind: 'value', count: times });
    expect(beside).toEqual({
      '$.state': [also('$.tax', 7), also('$.total', 5)],
      '$.tax': [also('$.state', 7)],
      '$.total': [also('$.state', 5)],
    });
  });

  test('are one cause where they are in the same signatures', () => {
    expect(
      causesInShort(
        row('a', 'header.vary, header.x-powered-by, added $.a'),
        row('b', 'header.vary, header.x-powered-by, removed $.b'),
      ),
    ).toEqual(['2 b: removed $.b', '4 a+b: header.vary, header.x-powered-by', '2 a: added $.a']);
  });

  test('are one cause where they are nearly always together, with the count of each', () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((route) =>
      row(route, route === 'e' ? 'removed $.units' : 'removed $.units, removed $.table'),
    );
    const [cause, ...others] = causesOf(rows);
    expect(others).toEqual([]);
    expect(cause).toMatchObject({
      count: 10,
      places: [
        { path: '$.table', count: 8 },
        { path: '$.units', count: 10 },
      ],
    });
  });

  test('are causes of their own where few signatures tell them apart, or a value differs', () => {
    expect(causesInShort(row('a', 'header.vary, header.server'), row('b', 'header.vary'))).toEqual([
      '4 a+b: header.vary',
      '2 a: header.server',
    ]);
    const rows = ['a', 'b', 'c', 'd', 'e', 'f'].map((route) =>
      row(route, route === 'f' ? 'value $.price' : 'value $.price, value $.total'),
    );
    expect(causesOf(rows)).toHaveLength(2);
  });

  test('hide no difference of one route: a busy one does not outweigh the others', () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((route) =>
      row(route, route === 'a' ? 'added $.meta, removed $.price' : 'added $.meta', { count: route === 'a' ? 1e6 : 1 }),
    );
    expect(causesInShort(...rows)).toEqual(['1000000 a: removed $.price', '1000004 a+b+c+d+e: added $.meta']);
  });

  test('are a cause for the fields and one for the bodies', () => {
    expect(causesInShort(row('a', 'header.vary, added $.meta'), row('b', 'header.vary, added $.meta'))).toEqual([
      '4 a+b: header.vary',
      '4 a+b: added $.meta',
    ]);
  });
});

test('what comes and goes by chance on one route makes a cause of each place, not of each combination', () => {
  const rows = Array.from({ length: 15 }, (_, at) =>
    row('a', [1, 2, 4, 8].flatMap((bit) => ((at + 1) & bit ? [`value $.p${bit}`] : [])).join(', ')),
  );
  expect(causesInShort(...rows)).toEqual(['p1', 'p2', 'p4', 'p8'].map((name) => `16 a: value $.${name}`));
});

test('the one signature of a route is one cause, whatever is in it', () => {
  expect(causesInShort(row('a', 'header.vary, value $.a, removed $.b'))).toEqual([
    '2 a: removed $.b, header.vary, value $.a',
  ]);
});

describe('fields that are made from the body', () => {
  const made = 'header.content-digest, header.content-length, header.content-md5, header.digest, header.etag';

  test('are listed under a changed body', () => {
    expect(causesInShort(row('a', `value $.a, ${made}, header.last-modified, header.repr-digest`))).toEqual([
      `2 a: value $.a | ${made}, header.last-modified, header.repr-digest`,
    ]);
    expect(causesInShort(row('a', 'bytes bytes, header.x-amz-checksum-crc32'))).toEqual([
      '2 a: bytes bytes | header.x-amz-checksum-crc32',
    ]);
  });

  test('are listed under each change of the body, and under no other', () => {
    expect(
      causesInShort(
        row('a', 'header.etag, header.vary, added $.a, added $.both'),
        row('b', 'header.etag, header.vary, added $.both'),
      ),
    ).toEqual(['4 a+b: header.vary', '4 a+b: added $.both | header.etag', '2 a: added $.a | header.etag']);
  });

  test('are a cause where the body is the same', () => {
    expect(causesInShort(row('a', 'header.etag'), row('b', 'header.etag, value $.b'))).toEqual([
      '2 a: header.etag',
      '2 b: value $.b | header.etag',
    ]);
  });

  test('follow from another compression as well', () => {
    expect(causesInShort(row('a', 'encoding header.content-encoding, header.etag'))).toEqual([
      '2 a: encoding header.content-encoding | header.etag',
    ]);
  });

  test('follow from another status only where the body differs', () => {
    expect(causesInShort(changed('a', [200, 404], 'header.etag, value line'))).toEqual([
      '2 a: status status, value line | header.etag',
    ]);
    expect(causesInShort(changed('a', [200, 404], 'header.etag'))).toEqual(['2 a: status status, header.etag']);
  });
});

describe('a change of status', () => {
  test('is one cause with the other body that it brings', () => {
    expect(
      causesInShort(
        changed('a', [200, 404], 'removed $.a, added $.error, header.content-type'),
        row('a', 'removed $.a'),
      ),
    ).toEqual(['2 a: removed $.a', '2 a: removed $.a, status status, header.content-type, added $.error']);
  });

  test('is one cause on one route, however the bodies differ', () => {
    expect(
      causesInShort(changed('a', [200, 500], 'removed $.a'), changed('a', [200, 500], 'removed $.a, removed $.b')),
    ).toEqual(['4 a: removed $.a, removed $.b, status status']);
  });

  test('is one cause on all routes where the shadow gives the same other body', () => {
    const everywhere = ['a', 'b', 'c'].map((route) => changed(route, [200, 401], `removed $.${route}, added $.error`));
    expect(causesOf(everywhere)).toMatchObject([{ count: 6, statuses: [{ primary: 200, shadow: 401 }] }]);
    const texts = [changed('a', [200, 500], 'removed $.a, value line'), changed('b', [200, 500], 'added line')];
    expect(causesOf(texts)).toHaveLength(1);
  });

  test('is a cause of each route where the bodies or the pairs are others', () => {
    expect(
      causesOf([changed('a', [200, 404], 'added $.error'), changed('b', [200, 404], 'added $.message')]),
    ).toHaveLength(2);
    expect(
      causesOf([changed('a', [200, 404], 'added $.error'), changed('b', [200, 500], 'added $.error')]),
    ).toHaveLength(2);
  });

  test('is one cause on a route that came to do another thing, such as to redirect, whatever the status was', () => {
    expect(
      causesOf([
        changed('a', [200, 302], 'removed $, header.location', 3),
        changed('a', [400, 302], 'removed $, header.location', 4),
      ]),
    ).toMatchObject([
      {
        count: 7,
        statuses: [
          { primary: 400, shadow: 302 },
          { primary: 200, shadow: 302 },
        ],
      },
    ]);
  });

  test('is apart from what differs without it, too', () => {
    expect(
      causesInShort(
        changed('a', [400, 200], 'added $.errors[*].locations, header.x-powered-by'),
        row('a', 'added $.errors[*].locations, header.x-powered-by'),
        row('b', 'added $.errors[*].locations, header.x-powered-by'),
      ),
    ).toEqual(['2 a: status status', '6 a+b: header.x-powered-by', '6 a+b: added $.errors[*].locations']);
  });
});

test('failures of one kind are one cause with its routes', () => {
  const failed = { ending: 'shadow_timeout', shadowStatus: 0 } as const;
  const causes = causesOf([
    row('a', '', failed),
    row('b', '', failed),
    row('b', '', { ...failed, ending: 'shadow_reset' }),
  ]);
  expect(causes.map(({ ending, count, routes }) => [ending, count, routes.map(({ route }) => route)])).toEqual([
    ['shadow_timeout', 4, ['a', 'b']],
    ['shadow_reset', 2, ['b']],
  ]);
});

describe('a cause', () => {
  test('tells when its signatures were seen, and names that first which shows it best', () => {
    const crowded = row('a', 'added $.both, value $.a', { firstSeen: 1, lastSeen: 5, count: 90 });
    const alone = row('a', 'added $.both', { firstSeen: 3, lastSeen: 9 });
    const cause = causesOf([crowded, alone]).find(({ places }) => places[0]!.path === '$.both');
    expect(cause).toMatchObject({
      firstSeen: 1,
      lastSeen: 9,
      routes: [{ route: 'a', count: 92, signatures: [alone.id, crowded.id] }],
    });
  });

  test('comes before those that are less severe, then before those that are rarer, then by name', () => {
    expect(
      causesInShort(
        row('a', 'added $.a', { count: 99 }),
        row('b', 'value $.d'),
        row('c', 'value $.c'),
        row('d', 'value $.z', { count: 9 }),
        row('e', 'removed $.e'),
      ),
    ).toEqual(['2 e: removed $.e', '9 d: value $.z', '2 c: value $.c', '2 b: value $.d', '99 a: added $.a']);
  });

  test('is the same in whatever order the signatures come', () => {
    const rows = Array.from({ length: 40 }, (_, at) =>
      at % 7 === 0
        ? changed(`r${at % 9}`, [200, 500], `added $.e${at % 2}, removed $.a${at % 5}`)
        : row(`r${at % 9}`, `header.vary, removed $.a${at % 5}, added $.b${at % 3}, value $.c${at % 11}`),
    );
    const expected = causesOf(rows);
    for (const turn of [1, 7, 23]) expect(causesOf([...rows.slice(turn), ...rows.slice(0, turn)])).toEqual(expected);
    expect(causesOf([...rows].reverse())).toEqual(expected);
  });
});

test('every place of every signature is in some cause, and nothing gives nothing', () => {
  const rows = Array.from({ length: 1000 }, (_, at) =>
    row(`r${at % 97}`, [`removed $.a${at % 31}`, `added $.b${at % 53}`, `value $.c${at}`, 'header.etag'].join(', ')),
  );
  const causes = causesOf(rows);
  const shown = new Set(
    causes.flatMap(({ places, follows, routes }) =>
      routes.flatMap(({ signatures }) =>
        signatures.flatMap((id) => [...places, ...follows].map(({ path, kind }) => `${id} ${kind} ${path}`)),
      ),
    ),
  );
  for (const { id, places } of rows) {
    for (const { path, kind } of places) expect(shown.has(`${id} ${kind} ${path}`)).toBe(true);
  }
  expect(causesOf([])).toEqual([]);
});

test('a cause persists where one of its signatures does, and says how many requests were repeated', () => {
  const persistent = { label: 'persistent', persistent: 2, transient: 0 } as const;
  const transient = { label: 'transient', persistent: 1, transient: 4 } as const;
  const causes = causesOf([
    row('a', 'value $.total', { repeated: persistent }),
    row('b', 'value $.total', { repeated: transient }),
    row('c', 'value $.total'),
  ]);
  expect(causes.map(({ repeated }) => repeated)).toEqual([{ label: 'persistent', persistent: 3, transient: 4 }]);
});
