import { expect, it } from 'vitest';
import type { IgnorableKind } from '../../../src/config/rule-types.ts';
import { compareJson, comparePair, lines, rule } from './pair.ts';

const only = (...kinds: IgnorableKind[]) => ({ kind: 'ignore', only: kinds }) as const;

it('elements that the shadow adds are accepted as such, and as nothing else', () => {
  const rules = [{ path: '$.items[*]', does: only('added') }];
  const items = (...prices: number[]) => ({ items: prices.map((price) => ({ price })) });
  expect(compareJson(items(1, 2), items(1, 2, 3), rules).differences).toEqual([]);
  expect(lines(compareJson(items(1, 2), items(1, 999, 3), rules).differences)).toEqual([
    'value $.items[*].price: 2 → 999',
  ]);
  expect(lines(compareJson(items(1, 2), items(1), rules).differences)).toEqual(['removed $.items[*]: {"price":2} → ·']);
});

it('a kind holds at the place itself, and not below', () => {
  const rules = [{ path: '$.user', does: only('added', 'removed', 'type') }];
  expect(compareJson({}, { user: { a: 1 } }, rules).differences).toEqual([]);
  expect(compareJson({ user: 1 }, { user: 'a' }, rules).differences).toEqual([]);
  expect(compareJson({ user: {} }, { user: { a: 1 } }, rules).differences).toHaveLength(1);
  expect(compareJson({ user: 1 }, { user: 2 }, rules).differences).toHaveLength(1);
});

it.each<readonly [IgnorableKind, string | undefined, string | undefined]>([
  ['added', undefined, 'a'],
  ['removed', 'a', undefined],
  ['value', 'a', 'b'],
])('a header that is there once, or says something else, is accepted as that: %s', (kind, left, right) => {
  const side = (value: string | undefined) => ({ fields: value === undefined ? [] : ['X-A', value] });
  const differences = (...kinds: IgnorableKind[]) =>
    comparePair(side(left), side(right), { rules: [rule({ header: 'x-a', does: only(...kinds) })] }).differences;
  expect(differences(kind)).toEqual([]);
  expect(differences(...(['added', 'removed', 'value'] as const).filter((other) => other !== kind))).toHaveLength(1);
});

it('a repeated member, bytes, and line ends are accepted as such', () => {
  expect(compareJson('{"a":1,"a":1}', '{"a":1}', [{ path: '$.a', does: only('duplicate_key') }]).differences).toEqual(
    [],
  );
  const text = (body: string) => ({ type: 'text/plain', body });
  const ends = [rule({ path: '$', does: only('encoding') })];
  expect(comparePair(text('a\nb\n'), text('a\r\nb\r\n'), { rules: ends }).differences).toEqual([]);
  expect(comparePair(text('a\nb\n'), text('a\r\nc\r\n'), { rules: ends }).differences).toHaveLength(1);
  const image = (last: number) => ({ type: 'image/png', body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, last]) });
  expect(comparePair(image(1), image(2), { rules: [rule({ path: '$', does: only('bytes') })] }).differences).toEqual(
    [],
  );
});
