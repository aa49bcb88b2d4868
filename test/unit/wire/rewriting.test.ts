import { describe, expect, test } from 'vitest';
import type { HeaderChanges, Target } from '../../../src/config/target-types.ts';
import { requestText } from '../../../src/wire/http1/request-text.ts';
import { changesAnything, changesOf, rewriteHead } from '../../../src/wire/rewriting.ts';
import { edgeConfig } from '../../support/edge.ts';
import { outgoing } from '../../support/wire.ts';

const REQUEST = outgoing({
  target: '/a?b',
  authority: 'asked.test',
  fields: ['Host', 'asked.test', 'X-A', '1', 'X-B', '', 'x-a', '2'],
});
const HEAD = requestText(REQUEST);

const changes = (target: Partial<Target>, ...others: HeaderChanges[]) =>
  changesOf({ ...edgeConfig(1).services[0]!.primary, ...target }, ...others);

describe('the head for a target', () => {
  test.each<[string, Partial<Target>, string]>([
    ['a path', { prefix: '/v2' }, HEAD.replace('/a?b', '/v2/a?b')],
    ['a Host', { hostHeader: 'own.test' }, HEAD.replace('asked.test', 'own.test')],
    [
      'a field to remove, in whatever case',
      { headers: { set: {}, remove: ['x-a'] } },
      'GET /a?b HTTP/1.1\r\nHost: asked.test\r\nX-B: \r\n\r\n',
    ],
    [
      'a field to set',
      { headers: { set: { 'x-b': 'c' }, remove: [] } },
      'GET /a?b HTTP/1.1\r\nHost: asked.test\r\nX-A: 1\r\nx-a: 2\r\nx-b: c\r\n\r\n',
    ],
  ])('with %s differs in nothing else', (_what, target, expected) => {
    expect(requestText(rewriteHead(REQUEST, changes(target)))).toBe(expected);
  });

  test('is left alone where nothing is configured', () => {
    expect(changesAnything(changes({ headers: { set: {}, remove: [] } }))).toBe(false);
    expect(requestText(rewriteHead(REQUEST, changes({})))).toBe(HEAD);
  });

  test('has what is set for the target, and not what is set for all', () => {
    const own = { headers: { set: { 'x-b': 'own' }, remove: [] } };
    const all = { set: { 'x-b': 'all', 'x-c': 'all' }, remove: ['x-a'] };
    expect(requestText(rewriteHead(REQUEST, changes(own, all)))).toContain(
      'Host: asked.test\r\nx-b: own\r\nx-c: all\r\n\r\n',
    );
  });
});
