import { describe, expect, it } from 'vitest';
import { compareJson, type JsonCase, lines } from './pair.ts';

const numbered = (length: number) => Array.from({ length }, (_, id) => ({ id, name: `item ${id}` }));

function table(title: string, cases: readonly JsonCase[]): void {
  describe(title, () => {
    it.each(cases)('%s', (_name, left, right, expected) => {
      expect(lines(compareJson(left, right).differences)).toEqual(expected);
    });
  });
}

table('elements with an evident key are matched by it', [
  [
    'an insertion shifts nothing',
    [{ id: 1 }, { id: 2 }],
    [{ id: 1 }, { id: 9 }, { id: 2 }],
    ['added $[*]: · → {"id":9}'],
  ],
  [
    'a removal shifts nothing',
    [
      { id: 1, v: 1 },
      { id: 2, v: 2 },
      { id: 3, v: 3 },
    ],
    [
      { id: 2, v: 2 },
      { id: 3, v: 4 },
    ],
    ['removed $[*]: {"id":1,"v":1} → ·', 'value $[*].v: 3 → 4'],
  ],
  [
    'moved and changed are told apart',
    [
      { id: 1, v: 1 },
      { id: 2, v: 2 },
      { id: 3, v: 3 },
      { id: 4, v: 4 },
    ],
    [
      { id: 4, v: 5 },
      { id: 1, v: 1 },
      { id: 2, v: 2 },
    ],
    ['removed $[*]: {"id":3,"v":3} → ·', 'value $[*].v: 4 → 5', 'moved $[*]: {"id":4,"v":4} → {"id":4,"v":5}'],
  ],
  [
    'reordered and changed are told apart',
    [
      { id: 1, v: 1 },
      { id: 2, v: 2 },
    ],
    [
      { id: 2, v: 2 },
      { id: 1, v: 9 },
    ],
    ['value $[*].v: 1 → 9', 'reordered $: [{"id":1,"v":1},{"id":2,"v":2}] → [{"id":2,"v":2},{"id":1,"v":9}]'],
  ],
  [
    'an element replaced by another',
    [{ id: 1 }, { id: 2 }, { id: 3 }],
    [{ id: 1 }, { id: 7 }, { id: 3 }],
    ['removed $[*]: {"id":2} → ·', 'added $[*]: · → {"id":7}'],
  ],
  [
    'keys that are written differently',
    '[{"id":1,"v":1},{"id":2,"v":2}]',
    '[{"id":2.0,"v":2},{"id":1.0,"v":1}]',
    ['reordered $: [{"id":1,"v":1},{"id":2,"v":2}] → [{"id":2.0,"v":2},{"id":1.0,"v":1}]'],
  ],
]);

table('keys that both sides made up anew are no keys', [
  [
    'all ids differ',
    [
      { id: 'a', v: 1 },
      { id: 'b', v: 2 },
    ],
    [
      { id: 'x', v: 1 },
      { id: 'y', v: 2 },
    ],
    ['value $[*].id: "a" → "x"', 'value $[*].id: "b" → "y"'],
  ],
]);

table('elements without a key', [
  ['an insertion shifts nothing', [1, 2, 3], [1, 9, 2, 3], ['added $[*]: · → 9']],
  ['a removal shifts nothing', ['a', 'b', 'c'], ['b', 'c'], ['removed $[*]: "a" → ·']],
  ['a change', [1, 2, 3], [1, 5, 3], ['value $[*]: 2 → 5']],
  ['a permutation', [1, 2, 3, 4], [4, 3, 2, 1], ['reordered $: [1,2,3,4] → [4,3,2,1]']],
  ['a number and a text in another order', [1, '0'], ['0', 1], ['reordered $: [1,"0"] → ["0",1]']],
  ['a permutation with equals', [1, 1, 2], [1, 2, 1], ['reordered $: [1,1,2] → [1,2,1]']],
  ['one that moved while another was added', [1, 2, 3, 4], [4, 1, 2, 3, 5], ['added $[*]: · → 5', 'moved $[*]: 4 → 4']],
  ['repeated elements', [1, 1, 1, 1], [1, 1, 1], ['removed $[*]: 1 → ·']],
  [
    'a change inside an element',
    [
      { a: 1, b: 1 },
      { a: 2, b: 2 },
    ],
    [
      { a: 1, b: 1 },
      { a: 2, b: 3 },
    ],
    ['value $[*].b: 2 → 3'],
  ],
  ['arrays of arrays', [[1, 2], [3]], [[3], [1, 2]], ['reordered $: [[1,2],[3]] → [[3],[1,2]]']],
  [
    'equal elements written differently',
    '[{"a":1,"b":2},1.0]',
    '[1,{"b":2.0,"a":1}]',
    ['reordered $: [{"a":1,"b":2},1.0] → [1,{"b":2.0,"a":1}]'],
  ],
  [
    'one inserted beside one that changed: the most alike are paired',
    [
      { a: 1, b: 1, c: 1 },
      { a: 2, b: 2, c: 2 },
    ],
    [
      { a: 7, b: 8, c: 9 },
      { a: 1, b: 1, c: 5 },
      { a: 2, b: 2, c: 2 },
    ],
    ['value $[*].c: 1 → 5', 'added $[*]: · → {"a":7,"b":8,"c":9}'],
  ],
  [
    'one removed beside one that changed',
    [
      { a: 7, b: 8, c: 9 },
      { a: 1, b: 1, c: 1 },
    ],
    [{ a: 1, b: 1, c: 5 }],
    ['removed $[*]: {"a":7,"b":8,"c":9} → ·', 'value $[*].c: 1 → 5'],
  ],
  [
    'nothing in common: by position',
    [1, 2],
    [7, 8, 9],
    ['value $[*]: 1 → 7', 'value $[*]: 2 → 8', 'added $[*]: · → 9'],
  ],
  [
    'one that is gone beside one that changed: the members tell which',
    [{ head: 1 }, { foot: { s: '0' } }],
    [{ foot: { s: '7' } }],
    ['removed $[*]: {"head":1} → ·', 'value $[*].foot.s: "0" → "7"'],
  ],
  [
    'one that came before one that changed',
    [{ foot: { s: '7' } }],
    [{ head: 1 }, { foot: { s: '0' } }],
    ['value $[*].foot.s: "7" → "0"', 'added $[*]: · → {"head":1}'],
  ],
  [
    'moved and changed',
    [
      { a: 1, b: 1, c: 1 },
      { x: 1, y: 1, z: 1 },
    ],
    [
      { x: 1, y: 1, z: 2 },
      { a: 1, b: 1, c: 2 },
    ],
    [
      'value $[*].c: 1 → 2',
      'value $[*].z: 1 → 2',
      'reordered $: [{"a":1,"b":1,"c":1},{"x":1,"y":1,"z":1}] → [{"x":1,"y":1,"z":2},{"a":1,"b":1,"c":2}]',
    ],
  ],
  [
    'moved past others and changed',
    [{ a: 1, b: 1, c: 1 }, 1, 2, 3],
    [1, 2, 3, { a: 1, b: 1, c: 2 }, 4],
    ['value $[*].c: 1 → 2', 'added $[*]: · → 4', 'moved $[*]: {"a":1,"b":1,"c":1} → {"a":1,"b":1,"c":2}'],
  ],
  ['a scalar among objects', [1, { a: 1, b: 2 }], [{ a: 1, b: 3 }], ['removed $[*]: 1 → ·', 'value $[*].b: 2 → 3']],
  [
    'arrays of arrays',
    [
      [1, 2, 3],
      [7, 8, 9],
    ],
    [[7, 8, 0]],
    ['removed $[*]: [1,2,3] → ·', 'value $[*][*]: 9 → 0'],
  ],
  [
    'duplicates, of which one changed',
    [
      { a: 1, b: 1 },
      { a: 1, b: 1 },
      { a: 1, b: 1 },
    ],
    [
      { a: 1, b: 1 },
      { a: 1, b: 2 },
      { a: 1, b: 1 },
    ],
    ['value $[*].b: 1 → 2'],
  ],
  ['another type in the same place', [1, 2], ['1', 2], ['type $[*]: 1 → "1"']],
  [
    'objects that have no member in common',
    [{ a: 1 }, { b: 1 }],
    [{ c: 1 }, { d: 1 }, { e: 1 }],
    [
      'removed $[*]: {"a":1} → ·',
      'removed $[*]: {"b":1} → ·',
      'added $[*]: · → {"c":1}',
      'added $[*]: · → {"d":1}',
      'added $[*]: · → {"e":1}',
    ],
  ],
  ['empty against filled', [], [1], ['added $[*]: · → 1']],
]);

describe('large arrays', () => {
  it('one insertion among a thousand is one difference', () => {
    const left = numbered(1000);
    const right = left.toSpliced(500, 0, { id: 5000, name: 'new' });
    expect(lines(compareJson(left, right).differences)).toEqual(['added $[*]: · → {"id":5000,"name":"new"}']);
  });

  it('one insertion among a thousand without keys is one difference', () => {
    const left = Array.from({ length: 1000 }, (_, at) => ({ a: at, b: at % 7 }));
    const right = left.toSpliced(300, 0, { a: -1, b: 0 });
    expect(lines(compareJson(left, right).differences)).toEqual(['added $[*]: · → {"a":-1,"b":0}']);
  });

  it('one that came first among hundreds that all changed is one difference more', () => {
    const item = (at: number, seen: number) => ({ label: `item ${at}`, seen, open: at % 2 === 0 });
    const left = Array.from({ length: 500 }, (_, at) => item(at, at));
    const right = [item(1000, -1), ...Array.from({ length: 500 }, (_, at) => item(at, at + 5000))];
    const { differences } = compareJson(left, right);
    expect(new Set(differences.map(({ kind, path }) => `${kind} ${path}`))).toEqual(
      new Set(['value $[*].seen', 'added $[*]']),
    );
  });

  it('hundreds of two shapes are matched by shape', () => {
    const left = Array.from({ length: 400 }, (_, at) => (at % 2 === 0 ? { a: at } : { b: -at }));
    const right = [{ b: 0 }, ...left.map((item) => ('a' in item ? { a: item.a! + 1000 } : { b: item.b! - 1000 }))];
    expect(new Set(compareJson(left, right).differences.map(({ kind, path }) => `${kind} ${path}`))).toEqual(
      new Set(['value $[*].a', 'value $[*].b', 'added $[*]']),
    );
  });

  it('elements that are unique are aligned however many differ', () => {
    const left = Array.from({ length: 3000 }, (_, at) => at);
    const right = left.filter((at) => at % 3 !== 0);
    const { differences, omitted } = compareJson(left, right);
    expect(new Set(differences.map(({ kind }) => kind))).toEqual(new Set(['removed']));
    expect(differences.length + omitted).toBe(1000);
  });
});

describe('rules for arrays', () => {
  it('an unordered array has no order to differ in', () => {
    const { differences, accepted, applied } = compareJson({ tags: ['a', 'b'] }, { tags: ['b', 'a'] }, [
      { path: '$.tags', does: { kind: 'unordered' } },
    ]);
    expect(differences).toEqual([]);
    expect(accepted).toMatchObject([{ kind: 'reordered', path: '$.tags', index: 0 }]);
    expect(applied).toEqual([0]);
  });

  it.each(['$.rows', '$.rows[*]'])('a configured key at %s decides which element is which', (path) => {
    const left = {
      rows: [
        { sku: 'a', v: 1 },
        { sku: 'b', v: 2 },
        { sku: 'c', v: 3 },
      ],
    };
    const right = {
      rows: [
        { sku: 'b', v: 9 },
        { sku: 'c', v: 3 },
        { sku: 'd', v: 4 },
      ],
    };
    const { differences, applied } = compareJson(left, right, [{ path, does: { kind: 'key', key: 'sku' } }]);
    expect(lines(differences)).toEqual([
      'removed $.rows[*]: {"sku":"a","v":1} → ·',
      'value $.rows[*].v: 2 → 9',
      'added $.rows[*]: · → {"sku":"d","v":4}',
    ]);
    expect(applied).toEqual([0]);
  });

  it('elements that are equal but for what a rule covers are aligned', () => {
    const left = [
      { name: 'x', seen: 1, n: 1 },
      { name: 'x', seen: 2, n: 2 },
      { name: 'x', seen: 3, n: 3 },
    ];
    const right = [
      { name: 'x', seen: 8, n: 2 },
      { name: 'x', seen: 9, n: 3 },
    ];
    const { differences, accepted } = compareJson(left, right, [{ path: '$[*].seen', does: { kind: 'ignore' } }]);
    expect(lines(differences)).toEqual(['removed $[*]: {"name":"x","seen":1,"n":1} → ·']);
    expect(lines(accepted)).toEqual(['value $[*].seen: 2 → 8', 'value $[*].seen: 3 → 9']);
  });
});

it('an element that has moved is in no order that a rule on its array does away with', () => {
  const rules = [{ path: '$.a', does: { kind: 'unordered' } as const }];
  expect(lines(compareJson({ a: [1, 2, 3, 4] }, { a: [4, 1, 2, 3, 5] }, rules).differences)).toEqual([
    'added $.a[*]: · → 5',
  ]);
});
