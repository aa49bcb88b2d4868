import { describe, expect, it } from 'vitest';
import { withoutParameter } from '../../../src/compare/head/parameters.ts';
import type { HeaderPart, RuleEffect } from '../../../src/config/rule-types.ts';
import { comparePair, lines, rule } from './pair.ts';

const ignore: RuleEffect = { kind: 'ignore' };

function compared(
  left: readonly string[],
  right: readonly string[],
  rules: readonly (readonly [header: string, part: HeaderPart | undefined, does: RuleEffect])[],
): string[] {
  const { differences } = comparePair(
    { fields: left },
    { fields: right },
    { rules: rules.map(([header, part, does]) => rule({ header, ...(part && { part }), does })) },
  );
  return lines(differences);
}

describe('one cookie', () => {
  const cookies = (sid: string, theme: string, expires: string, path = '/') => [
    'Set-Cookie',
    `sid=${sid}; Path=${path}; Expires=${expires}; HttpOnly`,
    'Set-Cookie',
    `theme=${theme}; Path=/`,
  ];
  const [one, other] = ['Sun, 22 Nov 2026 10:00:00 GMT', 'Sun, 22 Nov 2026 10:00:02 GMT'];

  it('has a rule for its value alone', () => {
    const rules = [['set-cookie', { name: 'sid' }, { kind: 'class', class: 'token' }]] as const;
    expect(compared(cookies('abcdefgh1', 'a', one), cookies('abcdefgh2', 'a', one), rules)).toEqual([]);
    expect(compared(cookies('abcdefgh1', 'a', one), cookies('abcdefgh2', 'b', other), rules)).toEqual([
      `header header.set-cookie[sid].expires: ${one} → ${other}`,
      'header header.set-cookie[theme]: a → b',
    ]);
  });

  it('has a rule for one attribute', () => {
    const rules = [['set-cookie', { name: 'sid', attribute: 'expires' }, { kind: 'time', amount: 5000 }]] as const;
    expect(compared(cookies('a', 'a', one), cookies('a', 'a', other), rules)).toEqual([]);
    expect(compared(cookies('a', 'a', one), cookies('b', 'a', other, '/x'), rules)).toEqual([
      'header header.set-cookie[sid]: a → b',
      'header header.set-cookie[sid].path: / → /x',
    ]);
  });

  it('is ignored with all its attributes', () => {
    const rules = [['set-cookie', { name: 'sid' }, ignore]] as const;
    expect(compared(cookies('a', 'a', one), cookies('b', 'a', other, '/x'), rules)).toEqual([]);
    expect(compared(cookies('a', 'a', one), ['Set-Cookie', 'theme=a; Path=/'], rules)).toEqual([]);
    expect(compared(cookies('a', 'a', one), cookies('a', 'b', one), rules)).toHaveLength(1);
  });

  it('may be any, by a star', () => {
    const rules = [['set-cookie', { name: '*', attribute: 'path' }, ignore]] as const;
    expect(compared(['Set-Cookie', 'a=1; Path=/a'], ['Set-Cookie', 'a=1; Path=/b'], rules)).toEqual([]);
    expect(compared(['Set-Cookie', 'a=1; Path=/a'], ['Set-Cookie', 'a=2; Path=/b'], rules)).toHaveLength(1);
  });

  it('has its name in upper and lower case apart', () => {
    const rules = [['set-cookie', { name: 'SID' }, ignore]] as const;
    expect(compared(['Set-Cookie', 'sid=1'], ['Set-Cookie', 'sid=2'], rules)).toHaveLength(1);
  });

  it('a rule for the whole header is about the values of cookies; only ignore is about attributes', () => {
    const left = ['Set-Cookie', 'a=1; Path=/a'];
    const right = ['Set-Cookie', 'a=2; Path=/b'];
    const any: RuleEffect = { kind: 'class', class: 'any' };
    expect(compared(left, right, [['set-cookie', undefined, ignore]])).toEqual([]);
    expect(compared(left, right, [['set-cookie', undefined, any]])).toEqual([
      'header header.set-cookie[a].path: /a → /b',
    ]);
  });
});

describe('one parameter', () => {
  it.each([
    ['content-type', 'charset', 'text/html; charset=utf-8', 'text/html; charset=latin1', 'text/plain; charset=utf-8'],
    ['content-type', 'charset', 'text/html; charset=utf-8', 'text/html', 'text/plain'],
    ['cache-control', 'max-age', 'public, max-age=60', 'max-age=61, public', 'private, max-age=60'],
    ['cache-control', 'Max-Age', 'public, max-age=60', 'public', 'private'],
    ['cache-control', 'no-transform', 'public, no-transform', 'public', 'private'],
    ['www-authenticate', 'realm', 'Bearer realm="a, b", scope=x', 'Bearer realm="c", scope=x', 'Basic realm="c"'],
    ['strict-transport-security', 'max-age', 'max-age=1; preload', 'max-age=2; preload', 'max-age=2'],
    ['content-disposition', 'filename', 'attachment; filename="a;b"', 'attachment; filename=c', 'inline; filename=c'],
  ])('%s[%s] may differ, and nothing else', (header, name, left, right, other) => {
    const rules = [[header, { name }, ignore]] as const;
    expect(compared([header, left], [header, right], rules)).toEqual([]);
    expect(compared([header, left], [header, other], rules)).not.toEqual([]);
  });

  it('is a place of its own, which the effect judges', () => {
    const rules = [['cache-control', { name: 'max-age' }, { kind: 'tolerance', amount: 5, relative: false }]] as const;
    expect(compared(['cache-control', 'max-age=60'], ['cache-control', 'max-age=64'], rules)).toEqual([]);
    expect(compared(['cache-control', 'max-age=60'], ['cache-control', 'max-age=66'], rules)).toEqual([
      'header header.cache-control[max-age]: 60 → 66',
    ]);
  });

  it('of a header that one side has not at all is no matter', () => {
    expect(compared(['cache-control', 'max-age=60'], [], [['cache-control', { name: 'max-age' }, ignore]])).toEqual([
      'header header.cache-control: max-age=60 → ·',
    ]);
  });

  it('is taken out of any field, however broken', () => {
    expect(withoutParameter(['a; b="c; d', 'e, b=f'], 'b')).toEqual({ value: '"c, f', lines: ['a; d', 'e'] });
  });
});
