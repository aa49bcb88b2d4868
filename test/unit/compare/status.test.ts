import { describe, expect, it } from 'vitest';
import type { RuleEffect } from '../../../src/config/rule-types.ts';
import { comparePair, lines, rule, stillClock } from './pair.ts';

const allow = (primary: string, shadow: string) => ({
  rules: [rule({ does: { kind: 'status', primary, shadow } satisfies RuleEffect })],
});

describe('an intended status', () => {
  it.each([
    ['500', '400', 500, 400, true],
    ['500', '400', 400, 500, false],
    ['500', '400', 500, 404, false],
    ['5xx', '400', 503, 400, true],
    ['5xx', '4xx', 500, 422, true],
    ['5xx', '4xx', 500, 302, false],
    ['200', '302', 200, 302, true],
  ])('[%s, %s] accepts %d → %d: %s', (primary, shadow, left, right, accepted) => {
    const { differences, applied } = comparePair({ status: left }, { status: right }, allow(primary, shadow));
    expect(differences.length === 0).toBe(accepted);
    expect(applied).toEqual(accepted ? [0] : []);
  });

  it('leaves what else they say compared', () => {
    const { differences } = comparePair(
      { status: 200, type: 'text/plain', body: 'a' },
      { status: 302, type: 'text/plain', body: 'b', fields: ['Location', '/x'] },
      allow('200', '302'),
    );
    expect(lines(differences).toSorted()).toEqual(['header header.location: · → /x', 'value line: a → b']);
  });
});

describe('a conditional request', () => {
  const conditional = { method: 'GET', target: '/', fields: ['If-None-Match', '"1"'] };
  const current = { status: 304, fields: ['ETag', '"1"', 'Vary', 'Accept'] };
  const fresh = {
    status: 200,
    type: 'text/plain',
    body: 'a',
    fields: ['ETag', '"2"', 'Vary', 'Accept', 'Last-Modified', 'Sun, 22 Nov 2026 10:00:00 GMT'],
  };

  it('that one side answers with 304 and the other in full is one difference, in words', () => {
    const { differences } = comparePair(current, fresh, {}, stillClock, undefined, conditional);
    expect(lines(differences)).toEqual([
      "status status: 304 (if-none-match, which is from an earlier response of production: the client's copy is current) → 200 (if-none-match, which is from an earlier response of production: judged otherwise)",
    ]);
    expect(comparePair(fresh, current, {}, stillClock, undefined, conditional).differences).toHaveLength(1);
  });

  it('can be treated as equal', () => {
    const { differences, accepted } = comparePair(
      current,
      fresh,
      allow('304', '200'),
      stillClock,
      undefined,
      conditional,
    );
    expect(differences).toEqual([]);
    expect(accepted).toHaveLength(1);
  });

  it('still has the fields compared that both sides have', () => {
    const other = { ...fresh, fields: ['ETag', '"2"', 'Vary', 'Accept, Origin'] };
    const { differences } = comparePair(current, other, allow('304', '200'), stillClock, undefined, conditional);
    expect(lines(differences)).toEqual(['header header.vary: Accept → Accept, Origin']);
  });

  it('explains a precondition that fails and a range that is not served, and compares the rest', () => {
    const request = (name: string) => ({ method: 'PUT', target: '/', fields: [name, '"1"'] });
    const body = { type: 'text/plain', body: 'stale' };
    const failed = comparePair(
      { status: 200 },
      { status: 412, ...body },
      {},
      stillClock,
      undefined,
      request('If-Match'),
    );
    expect(failed.differences.map(({ path }) => path).toSorted()).toEqual(['$', 'header.content-type', 'status']);
    const all = comparePair(
      { status: 200 },
      { status: 412 },
      {},
      stillClock,
      undefined,
      request('If-Match'),
    ).differences;
    expect(lines(all)[0]).toContain('the condition does not hold');
    const part = comparePair(
      { status: 206 },
      { status: 200 },
      {},
      stillClock,
      undefined,
      request('If-Range'),
    ).differences;
    expect(lines(part)[0]).toContain('the rest of the same content');
  });

  it('is none without its header, and the bodies are compared', () => {
    const plain = { method: 'GET', target: '/', fields: [] };
    expect(comparePair(current, fresh, {}, stillClock, undefined, plain).differences.length).toBeGreaterThan(1);
  });
});
