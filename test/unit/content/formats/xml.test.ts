import { describe, expect, it } from 'vitest';
import { xml } from '../../../../src/content/formats/xml.ts';
import { comparePair, lines, rule } from '../../compare/pair.ts';
import { bodyOf, readJson, readTree } from './reading.ts';

const type = 'application/xml';

describe('a document is read as a tree', () => {
  it.each([
    ['an empty element', '<a/>', { a: {} }],
    ['text', '<a>x &lt; y</a>', { a: { '#text': 'x < y' } }],
    ['attributes', '<a b="1" c="&quot;"/>', { a: { '@b': '1', '@c': '"' } }],
    ['children', '<a><b/><b>x</b></a>', { a: { b: [{}, { '#text': 'x' }] } }],
    ['children of several names', '<a><b/><b/><c/></a>', { a: { b: [{}, {}], c: [{}], '#order': ['b', 'b', 'c'] } }],
    ['mixed content', '<a>x<b/>&lt;&amp;</a>', { a: { b: [{}], '#text': 'x<b>&lt;&amp;' } }],
    ['CDATA', '<a>x<![CDATA[<b/>]]></a>', { a: { '#text': 'x<b/>' } }],
    ['comments', '<a><!--x--></a>', { a: { '#comment': ['x'] } }],
    ['processing instructions', '<?p x?><a/>', { '?p': [{ '#text': 'x' }], a: {}, '#order': ['?p', 'a'] }],
    ['a document type', '<!DOCTYPE a SYSTEM "a.dtd"><a/>', { '!doctype': 'a SYSTEM "a.dtd"', a: {} }],
    ['a namespace', '<s:a xmlns:s="u"><s:b/></s:a>', { a: { '#namespace': 'u', b: [{}] } }],
    [
      'a namespace that ends',
      '<a xmlns="u"><b xmlns=""/></a>',
      { a: { '#namespace': 'u', b: [{ '#namespace': '' }] } },
    ],
    ['a prefix that nothing declares', '<s:a s:b="1" xsi:c="2"/>', { 's:a': { '@s:b': '1', '@{}xsi:c': '2' } }],
    ['an attribute with a namespace', '<a xmlns:s="u" s:b="1" b="2"/>', { a: { '@{u}b': '1', '@b': '2' } }],
    ['an attribute of XML itself', '<a xml:lang="en"/>', { a: { '@xml:lang': 'en' } }],
    ['names with several colons', '<a:b:c :d="1" e:="2"/>', { 'a:b:c': { '@:d': '1', '@e:': '2' } }],
    ['white space between elements', '<a>\n <b/>\n</a>', { a: { b: [{}] } }],
    [
      'white space that is preserved',
      '<a xml:space="preserve"> <b/></a>',
      {
        a: { '@xml:space': 'preserve', b: [{}], '#text': ' <b>' },
      },
    ],
    ['white space alone', '<a> </a>', { a: { '#text': ' ' } }],
    ['an element called like its parent', '<a><a/><a/></a>', { a: { a: [{}, {}] } }],
    ['an XML declaration', '<?xml version="1.0"?><a/>', { a: {} }],
    ['a name that objects inherit', '<a><__proto__/></a>', { a: JSON.parse('{"__proto__":[{}]}') }],
  ])('%s', (_, body, expected) => {
    expect(readTree(xml, bodyOf(body, type))).toEqual(expected);
  });
});

describe('documents differ', () => {
  it.each([
    ['in text', '<o><p>1</p></o>', '<o><p>2</p></o>', ['value $.o.p[*][\'#text\']: "1" → "2"']],
    ['in an attribute', '<o id="1"/>', '<o id="2"/>', ['value $.o[\'@id\']: "1" → "2"']],
    ['in an element more', '<o><p/><p>2</p></o>', '<o><p/><p>1</p><p>2</p></o>', ['added $.o.p[*]: · → {"#text":"1"}']],
    [
      'in the order of elements',
      '<o><p/><q/></o>',
      '<o><q/><p/></o>',
      ['reordered $.o[\'#order\']: ["p","q"] → ["q","p"]'],
    ],
    [
      'in an element of another name, and not in their order',
      '<o><p/><q/></o>',
      '<o><p/><r/><q/></o>',
      ['added $.o.r: · → [{}]'],
    ],
    [
      'in an element that is gone, and not in their order',
      '<o><p/><q/></o>',
      '<o><q/></o>',
      ['removed $.o.p: [{}] → ·'],
    ],
    [
      'in one of several of a name, and not in their order',
      '<o><p/><q/><p/></o>',
      '<o><q/><p/></o>',
      ['removed $.o.p[*]: {} → ·'],
    ],
    [
      'in an element that stands elsewhere among others',
      '<o><p/><q/><p/></o>',
      '<o><q/><p/><p/></o>',
      ['reordered $.o[\'#order\']: ["p","q","p"] → ["q","p","p"]'],
    ],
    [
      'in an element more and in the order of the others',
      '<o><p/><q/></o>',
      '<o><q/><r/><p/></o>',
      ['added $.o.r: · → [{}]', 'reordered $.o[\'#order\']: ["p","q"] → ["q","r","p"]'],
    ],
    [
      'in elements told apart by their ids',
      '<o><p id="a" n="1"/><p id="b" n="2"/></o>',
      '<o><p id="c" n="0"/><p id="a" n="1"/><p id="b" n="3"/></o>',
      ['value $.o.p[*][\'@n\']: "2" → "3"', 'added $.o.p[*]: · → {"@id":"c","@n":"0"}'],
    ],
    [
      'in where an element stands in the text',
      '<o>ab<p/>c</o>',
      '<o>a<p/>bc</o>',
      ['value $.o[\'#text\']: "ab<p>c" → "a<p>bc"'],
    ],
    ['in the root', '<o/>', '<p/>', ['removed $.o: {} → ·', 'added $.p: · → {}']],
    ['not in the order of attributes', '<o a="1" b="2"/>', '<o b="2" a="1"/>', []],
    ['not in white space between elements', '<o><p/><q/></o>', '<o>\n  <p/>\n  <q/>\n</o>\n', []],
    ['not in how it is written', '<o a="&#65;"></o>', "<?xml version='1.0'?><o a='A' />", []],
    ['in a comment', '<o><!--1--></o>', '<o><!--2--></o>', ['value $.o[\'#comment\'][*]: "1" → "2"']],
  ])('%s', (_, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual(expected);
  });

  it('but for what a rule accepts', () => {
    const rules = [rule({ path: "$..['@at']", does: { kind: 'ignore' } })];
    const body = (at: number) => `<o at="${at}"><p at="${at}"/></o>`;
    const { differences, accepted } = comparePair({ type, body: body(1) }, { type, body: body(2) }, { rules });
    expect([differences.length, accepted.length]).toEqual([0, 2]);
  });

  it('in an element more, which one rule accepts', () => {
    const rules = [rule({ path: '$.o.r', does: { kind: 'ignore' } })];
    const { differences, accepted } = comparePair(
      { type, body: '<o><p/><q/></o>' },
      { type, body: '<o><p/><r/><q/></o>' },
      { rules },
    );
    expect([differences.length, accepted.length]).toEqual([0, 1]);
  });

  it('under any type that is XML', () => {
    const { differences } = comparePair(
      { type: 'image/svg+xml', body: '<svg w="1"/>' },
      { type: 'image/svg+xml', body: '<svg w="2"/>' },
    );
    expect(lines(differences)).toEqual(['value $.svg[\'@w\']: "1" → "2"']);
  });
});

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const XS = 'http://www.w3.org/2001/XMLSchema';

describe('a name is a namespace and a local name', () => {
  const told = (left: string, right: string) =>
    lines(comparePair({ type, body: left }, { type, body: right }).differences);

  it.each([
    ['another prefix', '<s:a xmlns:s="u"><s:b>1</s:b></s:a>', '<t:a xmlns:t="u"><t:b>1</t:b></t:a>'],
    ['none but the default', '<s:a xmlns:s="u"><s:b/></s:a>', '<a xmlns="u"><b/></a>'],
    ['a declaration that nothing uses', '<a/>', '<a xmlns:s="u"/>'],
    ['a declaration elsewhere', '<a xmlns:s="u"><s:b/><s:b/></a>', '<a><s:b xmlns:s="u"/><b xmlns="u"/></a>'],
    ['the prefix of an attribute', '<a xmlns:s="u" s:b="1"/>', '<a xmlns:t="u" t:b="1"/>'],
    [
      'a prefix that is declared again inside',
      '<s:a xmlns:s="u"><s:b xmlns:s="v"/><s:c/></s:a>',
      '<a xmlns="u"><b xmlns="v"/><c/></a>',
    ],
    ['CDATA for text', '<s:a xmlns:s="u">x&lt;</s:a>', '<a xmlns="u"><![CDATA[x<]]></a>'],
    [
      'the prefix in a type',
      `<a xmlns:i="${XSI}" xmlns:s="${XS}" i:type="s:int"/>`,
      `<a xmlns:xsi="${XSI}" xmlns:xs="${XS}" xsi:type="xs:int"/>`,
    ],
    [
      'a type of the default namespace',
      `<a xmlns="u" xmlns:i="${XSI}" i:type="t"/>`,
      `<s:a xmlns:s="u" xmlns:i="${XSI}" i:type="s:t"/>`,
    ],
    ['the prefix in a text', '<s:a xmlns:s="u"><f>s:Server</f></s:a>', '<t:a xmlns:t="u"><f>t:Server</f></t:a>'],
    ['the prefix in a value', '<s:a xmlns:s="u" b="s:c"/>', '<t:a xmlns:t="u" b="t:c"/>'],
    ['the prefix around mixed content', '<a xmlns:s="u">x<s:b/>y</a>', '<a xmlns:t="u">x<t:b/>y</a>'],
    ['the prefix, beside others in their order', '<a xmlns:s="u"><s:b/><c/></a>', '<a xmlns:t="u"><t:b/><c/></a>'],
  ])('so that %s makes no difference', (_, left, right) => {
    expect(told(left, right)).toEqual([]);
  });

  it.each([
    ['another namespace', '<s:a xmlns:s="u"/>', '<s:a xmlns:s="v"/>', ['value $.a[\'#namespace\']: "u" → "v"']],
    ['none', '<a xmlns="u"/>', '<a/>', ['removed $.a[\'#namespace\']: "u" → ·']],
    [
      'an attribute of none',
      '<a xmlns:s="u" s:b="1"/>',
      '<a b="1"/>',
      ['removed $.a[\'@{u}b\']: "1" → ·', 'added $.a[\'@b\']: · → "1"'],
    ],
    [
      'a type of another namespace',
      `<a xmlns:i="${XSI}" xmlns:s="${XS}" i:type="s:int"/>`,
      `<a xmlns:i="${XSI}" xmlns:s="u" i:type="s:int"/>`,
      ['value $.a[\'@xsi:type\']: "xs:int" → "{u}int"'],
    ],
    [
      'a prefix that nothing declares any more',
      `<a xmlns:xsi="${XSI}" xsi:nil="true"/>`,
      '<a xsi:nil="true"/>',
      ['removed $.a[\'@xsi:nil\']: "true" → ·', 'added $.a[\'@{}xsi:nil\']: · → "true"'],
    ],
    [
      'what only looks like a name',
      '<a xmlns:s="u">s:1</a>',
      '<a xmlns:t="u">t:1</a>',
      ['value $.a[\'#text\']: "s:1" → "t:1"'],
    ],
    [
      'elements of two namespaces in another order',
      '<r><b xmlns="u"/><b xmlns="v"/></r>',
      '<r><b xmlns="v"/><b xmlns="u"/></r>',
      ['reordered $.r.b: [{"#namespace":"u"},{"#namespace":"v"}] → [{"#namespace":"v"},{"#namespace":"u"}]'],
    ],
  ])('so that %s does', (_, left, right, expected) => {
    expect(told(left, right)).toEqual(expected);
  });

  it('and rules name elements by the local one', () => {
    const rules = [rule({ path: '$.Envelope.Body[*].at[*]', does: { kind: 'ignore' } })];
    const body = (prefix: string, at: number) =>
      `<${prefix}:Envelope xmlns:${prefix}="u"><${prefix}:Body><at>${at}</at></${prefix}:Body></${prefix}:Envelope>`;
    const { differences, accepted } = comparePair(
      { type, body: body('s', 1) },
      { type, body: body('e', 2) },
      { rules },
    );
    expect([differences.length, accepted.length]).toEqual([0, 1]);
  });
});

describe('what is not well formed is told', () => {
  it.each([
    ['<a>', '1:3: unclosed tag: a'],
    ['<a></b>', '1:7: unexpected close tag.'],
    ['<a/><b/>', '1:5: documents may contain only one root.'],
    ['<a b=1/>', '1:6: unquoted attribute value.'],
    ['<a b="1" b="2"/>', '1:16: duplicate attribute: b.'],
    ['x', '1:1: text data outside of root node.'],
    [' ', '1:1: document must contain a root element.'],
    ['<a>&b;</a>', '1:6: undefined entity.'],
    ['<a>\0</a>', '1:4: disallowed character.'],
  ])('%j', (body, problem) => {
    const told = readTree(xml, bodyOf(body, type));
    expect(told).toMatch(/^problem: 1:\d+: /);
    expect(String(told).replace(/^problem: 1:\d+: /, '')).toBe(problem.replace(/^1:\d+: /, ''));
  });

  it('on one side, and both are compared as text', () => {
    const { differences } = comparePair({ type, body: '<a/>' }, { type, body: '<a>' });
    expect(lines(differences)).toEqual(['value line: <a/> → <a>', 'encoding $: XML → not XML: 1:3: unclosed tag: a']);
  });
});

describe('the charset', () => {
  const latin1 = (text: string) => Buffer.from(text, 'latin1');

  it.each([
    ['of the type is heeded', latin1('<a>é</a>'), `${type}; charset=iso-8859-1`],
    ['of the declaration is heeded', latin1('<?xml version="1.0" encoding="ISO-8859-1"?><a>é</a>'), type],
    ['of a byte order mark is heeded', Buffer.from('\ufeff<a>é</a>', 'utf16le'), type],
    ['is UTF-8 otherwise', Buffer.from('<a>é</a>'), type],
  ])('%s', (_, body, as) => {
    expect(readTree(xml, bodyOf(body, as))).toEqual({ a: { '#text': 'é' } });
  });

  it.each([
    [latin1('<a>é</a>'), type, 'it is not UTF-8'],
    [latin1('<a/>'), `${type}; charset=klingon`, 'unknown charset klingon'],
    [latin1('<a>\x81</a>'), `${type}; charset=shift_jis`, 'it is not valid shift_jis'],
    [latin1('\xff\xfe<'), type, 'it is not valid utf-16le'],
  ])('that is not so is told: %s', (body, as, problem) => {
    expect(readTree(xml, bodyOf(body, as))).toBe(`problem: ${problem}`);
  });
});

describe('hostile documents', () => {
  it('that bring their own entities are not expanded', () => {
    const entities = Array.from({ length: 10 }, (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`);
    const bomb = `<!DOCTYPE a [<!ENTITY e0 "ha">${entities.join('')}]><a>&e10;</a>`;
    expect(readTree(xml, bodyOf(bomb, type))).toMatch(/^problem: 1:\d+: undefined entity/);
  });

  it('that point to files are not followed', () => {
    const body = '<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]><a>&e;</a>';
    expect(readTree(xml, bodyOf(body, type))).toMatch(/^problem: 1:\d+: undefined entity/);
  });

  const many = 100_000;
  it.each([
    ['levels', `${'<a>'.repeat(many)}${'</a>'.repeat(many)}`],
    ['levels of several elements', `${'<a><a/>'.repeat(many)}${'</a>'.repeat(many)}`],
    ['elements', `<a>${'<b/>'.repeat(many)}</a>`],
    ['names of elements', `<a>${Array.from({ length: many }, (_, at) => `<b${at}/>`).join('')}</a>`],
    [
      'levels of namespaces',
      `${Array.from({ length: many }, (_, at) => `<a xmlns:n${at}="u" xmlns="u${at}">`).join('')}${'</a>'.repeat(many)}`,
    ],
    ['attributes', `<a ${Array.from({ length: many }, (_, at) => `b${at}=""`).join(' ')}/>`],
    ['entities', `<a>${'&lt;'.repeat(2 * many)}</a>`],
    ['pieces of text', `<a>${'x<b/>'.repeat(many)}</a>`],
  ])('with many %s are read', (_, body) => {
    expect(readJson(xml, bodyOf(body, type))).toMatch(/^\{"a":/);
  });

  it('that are deep are compared to the bottom', () => {
    const deep = (text: string) => `${'<a>'.repeat(many)}${text}${'</a>'.repeat(many)}`;
    const { differences } = comparePair({ type, body: deep('1') }, { type, body: deep('2') });
    expect(differences).toMatchObject([{ kind: 'value', left: '"1"', right: '"2"' }]);
  });
});
