import { describe, expect, it } from 'vitest';
import { html } from '../../../../src/content/formats/html.ts';
import { comparePair, lines, rule } from '../../compare/pair.ts';
import { bodyOf, readJson, readTree } from './reading.ts';

const type = 'text/html';

describe('a page is read as a tree', () => {
  it.each([
    [
      'a document',
      '<!DOCTYPE html><html lang=en><head><title>T</title></head><body><p>x</p></body></html>',
      {
        '!doctype': 'html',
        html: {
          '@lang': 'en',
          head: { title: [{ '#text': 'T' }] },
          body: { p: [{ '#text': 'x' }] },
          '#order': ['head', 'body'],
        },
      },
    ],
    ['a fragment', '<tr><td>x</td></tr>', { tr: [{ td: [{ '#text': 'x' }] }] }],
    ['plain text', 'Not found\n', { '#text': 'Not found' }],
    [
      'elements that need no end',
      '<p>a<p>b<br><ul><li>1<li>2',
      {
        p: [{ '#text': 'a' }, { br: [{}], '#text': 'b<br>' }],
        ul: [{ li: [{ '#text': '1' }, { '#text': '2' }] }],
        '#order': ['p', 'p', 'ul'],
      },
    ],
    ['attributes', '<INPUT disabled Value=\'a\' value="b">', { input: [{ '@disabled': '', '@value': 'a' }] }],
    ['entities', '<p>&eacute;&lt;&nbsp;</p>', { p: [{ '#text': 'é<\u00a0' }] }],
    ['comments', '<p><!-- x --></p>', { p: [{ '#comment': [' x '] }] }],
    ['scripts', '<script>if (a < b)  "</p>"</script>', { script: [{ '#text': 'if (a < b)  "</p>"' }] }],
    [
      'mixed content',
      '<p>Hello <b>big</b>\n world</p>',
      { p: [{ b: [{ '#text': 'big' }], '#text': 'Hello <b> world' }] },
    ],
    ['white space in a line', '<p>\n a \n\t b <i> c</i> </p>', { p: [{ i: [{ '#text': ' c' }], '#text': 'a b <i>' }] }],
    [
      'white space between blocks',
      '<div> a <div> b </div> c </div>',
      {
        div: [{ div: [{ '#text': 'b' }], '#text': 'a<div>c' }],
      },
    ],
    ['white space that counts', '<pre> a\n  b </pre>', { pre: [{ '#text': ' a\n  b ' }] }],
    [
      'what inherits the name of an object',
      '<p __proto__=1 constructor=2>',
      {
        p: [JSON.parse('{"__proto__":0}') && JSON.parse('{"@__proto__":"1","@constructor":"2"}')],
      },
    ],
  ])('%s', (_, body, expected) => {
    expect(readTree(html, bodyOf(body, type))).toEqual(expected);
  });
});

describe('pages differ', () => {
  it.each([
    ['in text', '<p>a</p>', '<p>b</p>', ['value $.p[*][\'#text\']: "a" → "b"']],
    ['in an attribute', '<p class=a>x</p>', '<p class=b>x</p>', ['value $.p[*][\'@class\']: "a" → "b"']],
    ['in an attribute more', '<p>x</p>', '<p class=b>x</p>', ['added $.p[*][\'@class\']: · → "b"']],
    ['in an element more', '<ul><li>b</ul>', '<ul><li>a<li>b</ul>', ['added $.ul[*].li[*]: · → {"#text":"a"}']],
    [
      'in the order of elements',
      '<h1>a</h1><p>b</p>',
      '<p>b</p><h1>a</h1>',
      ['reordered $[\'#order\']: ["h1","p"] → ["p","h1"]'],
    ],
    ['not in the order of attributes', '<p a=1 b=2>', '<p b=2 a=1>', []],
    ['not in white space that does not show', '<ul><li>a</li></ul>', '\n<ul>\n  <li>\n a </li>\n</ul>\n', []],
    ['not in quotes, case and ends that may be left out', '<P ID="a">x</P>', "<p id='a'>x", []],
    [
      'in white space that shows',
      '<p>a <b>b</b></p>',
      '<p>a<b>b</b></p>',
      ['value $.p[*][\'#text\']: "a <b>" → "a<b>"'],
    ],
    ['in a document type', '<!doctype html><p>', '<p>', ['removed $[\'!doctype\']: "html" → ·']],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });

  it('but for what a rule accepts', () => {
    const rules = [rule({ path: "$..input[*]['@value']", does: { kind: 'ignore' } })];
    const body = (token: string) => `<form><input name=csrf value=${token}></form>`;
    const { differences, accepted } = comparePair({ type, body: body('a') }, { type, body: body('b') }, { rules });
    expect([differences.length, accepted.length]).toEqual([0, 1]);
  });
});

describe('the charset', () => {
  const page = '<meta charset="iso-8859-1"><p>é</p>';

  it('of a meta element is heeded', () => {
    expect(readTree(html, bodyOf(Buffer.from(page, 'latin1'), type))).toMatchObject({ p: [{ '#text': 'é' }] });
  });

  it('of the type goes before it', () => {
    expect(readTree(html, bodyOf(page, `${type}; charset=utf-8`))).toMatchObject({ p: [{ '#text': 'é' }] });
  });

  it('that is not so is told, and the bytes are compared', () => {
    const { differences } = comparePair({ type, body: '<p>é' }, { type, body: Buffer.from('<p>é', 'latin1') });
    expect(differences).toMatchObject([
      { kind: 'bytes' },
      { kind: 'encoding', left: 'HTML', right: 'not HTML: it is not UTF-8' },
    ]);
  });
});

describe('hostile pages', () => {
  it.each([100_000, 600])('that nest %i levels are compared as text', (levels) => {
    const body = '<div>'.repeat(levels);
    expect(readTree(html, bodyOf(body, type))).toBe('problem: elements are nested deeper than 512');
    expect(comparePair({ type, body }, { type, body: `${body}x` }).differences).toMatchObject([{ path: 'line' }]);
  });

  const many = 100_000;
  it.each([
    ['elements', '<p>'.repeat(many)],
    ['attributes', `<p ${Array.from({ length: many }, (_, at) => `a${at}`).join(' ')}>`],
    ['ends of what never began', `${'<i>'.repeat(400)}${'</b>'.repeat(many)}`],
    ['elements in formatting that is never closed', '<p><b id=1>'.repeat(200) + '<p>x'.repeat(many / 100)],
    ['entities', '&amp;'.repeat(many)],
    ['unfinished tags', '<p '.repeat(many)],
    ['unfinished comments', '<!--'.repeat(many)],
    ['angle brackets', '<'.repeat(many)],
  ])('with many %s are read', (_, body) => {
    expect(readJson(html, bodyOf(body, type))).toMatch(/^\{/);
  });
});
