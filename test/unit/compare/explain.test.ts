import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import { defaults, response, rule, stillClock } from './pair.ts';

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
