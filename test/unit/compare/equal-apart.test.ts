/** Rules for what is equal apart from a part of it. */
import { describe, expect, it } from 'vitest';
import type { RuleEffect, UrlPart } from '../../../src/config/rule-types.ts';
import { compareJson, comparePair, lines, rule } from './pair.ts';

const mask = (pattern: string): RuleEffect => ({ kind: 'mask', pattern });
const url = (...except: UrlPart[]): RuleEffect => ({ kind: 'url', except });

function accepts(does: RuleEffect, left: unknown, right: unknown): boolean {
  const { differences, accepted } = compareJson({ v: left }, { v: right }, [{ path: '$.v', does }]);
  expect(differences.length + accepted.length).toBe(1);
  return accepted.length === 1;
}

describe('mask', () => {
  it.each([
    ['build-[0-9a-f]+', '/static/build-1a2b/app.js', '/static/build-ffff/app.js', true],
    ['build-[0-9a-f]+', '/static/build-1a2b/app.js', '/static/build-ffff/app.css', false],
    ['[0-9]+', 'a 1 b 22', 'a 333 b 4', true],
    ['[0-9]+', 'a 1 b 22', 'a 333 b', false],
    ['sha256=[0-9a-f]+|md5=[0-9a-f]+', '/p#md5=5b52', '/p#sha256=9c1', true],
    ['x', 'a', 'b', false],
    ['[0-9]+$', 10, 12, true],
    ['a', 'ab', 1, false],
  ])('%s: %j and %j, accepted: %s', (pattern, left, right, accepted) => {
    expect(accepts(mask(pattern), left, right)).toBe(accepted);
  });

  it('is asked for each line of a text', () => {
    const rules = [rule({ path: '$', does: mask('[0-9]+ ms') })];
    const compared = (left: string, right: string) =>
      comparePair({ type: 'text/plain', body: left }, { type: 'text/plain', body: right }, { rules }).differences;
    const long = 'word '.repeat(60);
    expect(compared('a\ntook 12 ms\nb', 'a\ntook 7 ms\nb')).toEqual([]);
    expect(compared(`${long}took 12 ms ${long}`, `${long}took 7 ms ${long}`)).toEqual([]);
    expect(compared('a\ntook 12 ms\nb', 'a\ntook 7 ms\nc')).toHaveLength(1);
  });

  it('holds for attributes of markup and for headers', () => {
    const html = (build: string) => `<a href="/b/${build}/x">x</a>`;
    const side = (build: string) => ({
      type: 'text/html',
      body: html(build),
      fields: ['Location', `/b/${build}/x`, 'Link', `</b/${build}/x>; rel=next`],
    });
    const does = mask('/b/[0-9]+/');
    const rules = [
      rule({ path: "$..['@href']", does }),
      rule({ header: 'location', does }),
      rule({ header: 'link', does }),
    ];
    const { differences, accepted } = comparePair(side('1'), side('2'), { rules });
    expect(differences).toEqual([]);
    expect(accepted).toHaveLength(3);
  });
});

describe('a URL apart from', () => {
  it.each<readonly [UrlPart[], string, string, boolean]>([
    [['host'], 'https://a.internal/orders/7', 'https://b.internal/orders/7', true],
    [['host'], 'https://a.internal/orders/7', 'https://b.internal/orders/8', false],
    [['host'], 'https://a.internal/orders/7', 'http://b.internal/orders/7', false],
    [['host'], 'https://a:1/o', 'https://b:2/o', false],
    [['host', 'port'], 'https://a:1/o', 'https://b:2/o', true],
    [['scheme', 'host'], 'https://a/o', 'http://b/o', true],
    [['origin'], 'https://a:1/o', 'http://b/o', true],
    [['origin'], 'https://a:1/o', 'http://u@b/o', false],
    [['userinfo'], 'https://a:1@h/o', 'https://b:2@h/o', true],
    [['path'], 'https://a/x?q=1', 'https://a/y?q=1', true],
    [['path'], 'https://a/x?q=1', 'https://a/y?q=2', false],
    [['query'], 'https://a/x?q=1', 'https://a/x', true],
    [['fragment'], '/x#md5=1', '/x#sha256=2', true],
    [['query.sig'], '/x?a=1&sig=2', '/x?a=1&sig=3', true],
    [['query.sig'], '/x?a=1&sig=2', '/x?a=1', true],
    [['query.sig'], '/x?a=1&sig=2', '/x?a=2&sig=2', false],
    [['query.a b'], '/x?a%20b=1', '/x?a+b=2', true],
    [['host', 'query.sig'], 'https://a/x?sig=1', 'https://b/x?sig=2', true],
    [['host'], '//a/x', '//b/x', true],
    [['host'], 'not a url', 'https://b/x', false],
    [
      ['signature'],
      'https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Credential=c&X-Amz-Date=20261122T100000Z&X-Amz-Expires=60&X-Amz-Signature=1',
      'https://b.s3.amazonaws.com/k?X-Amz-Algorithm=A&X-Amz-Credential=d&X-Amz-Date=20261122T100001Z&X-Amz-Expires=60&X-Amz-Signature=2',
      true,
    ],
    [['signature'], '/k?Expires=1&Signature=a&Key-Pair-Id=K', '/k?Expires=2&Signature=b&Key-Pair-Id=K', true],
    [['signature'], '/k?GoogleAccessId=a&Expires=1&Signature=a', '/k?GoogleAccessId=b&Expires=2&Signature=b', true],
    [['signature'], '/c?sv=1&st=2&se=3&sr=b&sp=r&sig=x', '/c?sv=1&st=4&se=5&sr=b&sp=r&sig=y', true],
    [['signature'], '/c?st=2&se=3', '/c?st=4&se=5', false],
    [['signature'], '/k?Expires=1&id=1', '/k?Expires=2&id=2', false],
  ])('%j: %s and %s, accepted: %s', (except, left, right, accepted) => {
    expect(accepts(url(...except), left, right)).toBe(accepted);
  });

  it('holds for Location, and for each URL of Link', () => {
    const side = (host: string, page: number) => ({
      fields: ['Location', `https://${host}/a`, 'Link', `<https://${host}/p?n=${page}>; rel=next, </x>; rel=up`],
    });
    const rules = ['location', 'link'].map((header) => rule({ header, does: url('host') }));
    expect(comparePair(side('a', 2), side('b', 2), { rules }).differences).toEqual([]);
    expect(lines(comparePair(side('a', 2), side('b', 3), { rules }).differences)).toEqual([
      'header header.link: <https://a/p?n=2>; rel=next, </x>; rel=up → <https://b/p?n=3>; rel=next, </x>; rel=up',
    ]);
  });
});
