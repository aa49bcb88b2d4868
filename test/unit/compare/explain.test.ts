import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { makeComparator } from '../../../src/compare/comparator.ts';
import { proposeRules } from '../../../src/compare/rules/propose.ts';
import type { RuleEffect } from '../../../src/config/types.ts';
import type { Difference } from '../../../src/model/difference.ts';
import { compareJson, defaults, response, rule, stillClock } from './pair.ts';

describe('an explanation', () => {
  const explain = (left: unknown, right: unknown) => {
    const steps: string[] = [];
    const rules = [
      rule({ path: '$.t', does: { kind: 'time', amount: 1000 } }),
      rule({ path: '$.etag', does: { kind: 'ignore' } }),
      rule({ path: '$.items', does: { kind: 'key', key: 'sku' } }),
    ];
    const compare = makeComparator({ ...defaults, rules }, stillClock, (step) => steps.push(step));
    const pair = [left, right].map((body) =>
      response({ type: 'application/json', fields: ['Date', 'x'], body: JSON.stringify(body) }),
    );
    compare(pair[0]!, pair[1]!);
    return steps;
  };

  it('tells each step, which rule was asked, and what it said', () => {
    const left = {
      t: '2026-11-22T10:00:00Z',
      etag: 1,
      items: [
        { sku: 'a', v: 1 },
        { sku: 'b', v: 2 },
      ],
    };
    const right = {
      t: '2026-11-22T10:00:05Z',
      etag: 2,
      items: [
        { sku: 'b', v: 2 },
        { sku: 'a', v: 1 },
      ],
    };
    expect(explain(left, right)).toEqual([
      'status: both 200',
      'header.date: not compared',
      'bodies: compared as JSON, 83 and 83 bytes',
      'value at $.t: "2026-11-22T10:00:00Z" → "2026-11-22T10:00:05Z"; covered by {path: $.t, as: timestamp, within: 1s}, which does not accept it; no rule accepts it',
      'value at $.etag: 1 → 2; accepted by {path: $.etag, ignore: true}',
      '$.items: 2 and 2 elements, matched by member sku',
      'reordered at $.items: [{"sku":"a","v":1},{"sku":"b","v":2}] → [{"sku":"b","v":2},{"sku":"a","v":1}]; covered by {path: $.items, key: sku}, which does not accept it; no rule accepts it',
    ]);
  });

  it('of equal answers says that they are equal', () => {
    expect(explain({ a: 1 }, { a: 1 }).at(-1)).toBe('bodies: the same 7 bytes');
  });
});

describe('a rule proposed from differences', () => {
  const cases: readonly (readonly [left: unknown, right: unknown, rule: string])[] = [
    [{ a: 'x' }, { a: 'X' }, '{path: $.a, anyCase: true}'],
    [{ a: null }, {}, '{path: $.a, emptyIsMissing: true}'],
    [{ a: '2026-11-22T10:00:00Z' }, { a: '2026-11-22T10:00:01.5Z' }, '{path: $.a, as: timestamp, within: 2s}'],
    [{ a: '2026-11-22T10:00:00Z' }, { a: '2020-11-22T10:00:01Z' }, '{path: $.a, as: timestamp}'],
    [{ a: 100 }, { a: 100.4 }, '{path: $.a, within: 0.4%}'],
    [{ a: 0.1 }, { a: 0.2 }, '{path: $.a, within: 0.1}'],
    [{ a: 1 }, { a: 1000 }, '{path: $.a, as: number}'],
    [
      { a: '0b4ec1a4-3f3b-4c0e-9d0c-0a6f2f3b1c11' },
      { a: '018f4e3c-7a51-7cc2-8a90-5b6f0e1d2c3b' },
      '{path: $.a, as: uuid}',
    ],
    [{ a: 'tok_1234567' }, { a: 'tok_7654321' }, '{path: $.a, as: token}'],
    [{ a: 'some words' }, { a: 'other words' }, '{path: $.a, as: string}'],
    [{ a: 1 }, { a: 'one' }, '{path: $.a, as: any}'],
    [{ a: 1 }, {}, '{path: $.a, ignore: true}'],
    [{ o: { a: 1, b: 2 } }, { o: { c: 1, b: 2 } }, '{path: $.o.a, rename: c}'],
    [
      { a: 1 },
      { c: 2 },
      '{path: $.a, ignore: true}\n# added at $.c: (nothing) → 2\n# accepts whatever differs there; give a reason, an owner and a last day\n- {path: $.c, ignore: true}',
    ],
    [{ a: [1, 2] }, { a: [2, 1] }, '{path: $.a, unordered: true}'],
    [{ a: [1, 2, 3, 4] }, { a: [4, 1, 2, 3, 5] }, '{path: $.a, unordered: true}'],
    [{ 'a b': ['x'] }, { 'a b': ['X'] }, `{path: "$['a b'][*]", anyCase: true}`],
  ];

  it.each(cases)('for %j and %j', (left, right, expected) => {
    expect(proposeRules(compareJson(left, right).differences)).toContain(`- ${expected}\n`);
  });

  it('is the narrowest that fits all examples of a place', () => {
    const examples = ['new', 'open', 'open'].map(
      (left): Difference => ({ path: '$.state', kind: 'value', left: `"${left}"`, right: '"closed"' }),
    );
    expect(proposeRules(examples)).toBe(
      '# value at $.state: "new" → "closed", and 2 more\n- {path: $.state, oneOf: [closed, new, open]}\n',
    );
  });

  it('for a member that was renamed is about nothing else', () => {
    const renamed = (value: string) => compareJson({ id: value, old: value }, { id: value, new: value }).differences;
    expect(proposeRules(['a', 'b'].flatMap(renamed))).toBe(
      '# $.old is $.new in the shadow, with the same value: "a"\n- {path: $.old, rename: new}\n',
    );
  });

  it('for a header names the header', () => {
    expect(
      proposeRules([{ path: 'header.set-cookie[sid]', kind: 'header', left: 'abcd1234', right: 'dcba4321' }]),
    ).toContain('{header: set-cookie, as: token}');
  });

  it('is YAML, whatever the values are', () => {
    const nasty = ['"', "'", '\n- {path: $}', '#', ': ', '\u0000', '…'.repeat(300)];
    const text = proposeRules(
      nasty.flatMap((left) => compareJson({ a: left, [left]: 1 }, { a: 1, [left]: 2 }).differences),
    );
    const rules = parse(text) as readonly { path: string }[];
    expect(rules.length).toBeGreaterThan(5);
    expect(rules.every(({ path }) => path.startsWith('$'))).toBe(true);
  });

  it('does not exist for a comparison that gave up', () => {
    const text = proposeRules([{ path: '$.a', kind: 'budget' }]);
    expect(text).toContain('# no rule can accept this');
    expect(parse(text)).toBeNull();
  });

  it('of a status names both', () => {
    const text = proposeRules([{ path: 'status', kind: 'status', left: '500', right: '400 (in words)' }]);
    expect(text).toContain('\n- {status: [500, 400]}\n');
  });

  it('accepts what it was made from', () => {
    const effects = new Map<string, RuleEffect>([
      ['{path: $.a, anyCase: true}', { kind: 'case' }],
      ['{path: $.a, within: 0.4%}', { kind: 'tolerance', amount: 0.004, relative: true }],
      ['{path: $.a, within: 0.1}', { kind: 'tolerance', amount: 0.1, relative: false }],
    ]);
    for (const [left, right, text] of cases) {
      const does = effects.get(text);
      if (does) expect(compareJson(left, right, [{ path: '$.a', does }]).differences).toEqual([]);
    }
  });
});
