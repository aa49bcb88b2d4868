/** What a service echoes of its request differs between the legs in what Understudy itself sends: that is no difference. */
import { describe, expect, it } from 'vitest';
import { makeComparator } from '../../../src/compare/comparator.ts';
import type { ComparedTarget } from '../../../src/config/compared-targets.ts';
import type { Fields } from '../../../src/model/exchange.ts';
import { defaults, lines, type ResponseParts, response, stillClock } from './pair.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const OTHER_TRACE = '1bf7651916cd43dd8448eb211c80319c';
const MARKER = '53d1b7f2a09c4e6f8d3b2a19';
const traceparent = (span: string, trace = TRACE) => `00-${trace}-${span}-01`;
const [SPAN, OTHER_SPAN] = ['b7ad6b7169203331', '00f067aa0ba902b7'];

type Pairs = readonly (readonly [name: string, value: string])[];

const sent: Pairs = [
  ['Host', 'shop.example'],
  ['Accept', '*/*'],
  ['Traceparent', traceparent(SPAN)],
  ['X-Request-Id', '7'],
  ['Via', '1.1 understudy'],
];
const copied: Pairs = [
  ...sent.slice(0, 2),
  ['Traceparent', traceparent(OTHER_SPAN)],
  ...sent.slice(3),
  ['X-Understudy-Copy', MARKER],
];
const sorted = (pairs: Pairs): Pairs => pairs.toSorted(([one], [other]) => (one < other ? -1 : 1));
const fields = (pairs: Pairs): Fields => pairs.flat();

const target = (parts: Partial<ComparedTarget> = {}): ComparedTarget => ({
  origins: [],
  set: {},
  remove: [],
  ...parts,
});

function differences(
  left: ResponseParts,
  right: ResponseParts,
  targets?: { primary: ComparedTarget; shadow: ComparedTarget },
  received = sent,
  servedBy: 'primary' | 'shadow' = 'primary',
) {
  const compare = makeComparator({ ...defaults, ...(targets && { targets }) }, stillClock);
  const request = { method: 'GET', target: '/headers', fields: fields(received) };
  const copy = { leg: 'shadow', servedBy, marker: MARKER } as const;
  return lines(compare(response(left), response(right), request, copy).differences);
}

type Echo = readonly [name: string, type: string, write: (pairs: Pairs) => string];

const JSON_TYPE = 'application/json';
const object = (pairs: Pairs, value: (text: string) => unknown = (text) => text) =>
  Object.fromEntries(pairs.map(([name, text]) => [name, value(text)]));
const renamed = (pairs: Pairs, rename: (name: string) => string): Pairs =>
  pairs.map(([name, value]) => [rename(name), value]);

const echoes: readonly Echo[] = [
  ['an object', JSON_TYPE, (pairs) => JSON.stringify({ headers: object(pairs), url: '/x' })],
  ['the body itself', JSON_TYPE, (pairs) => JSON.stringify(object(pairs))],
  ['an indented object', JSON_TYPE, (pairs) => JSON.stringify({ headers: object(pairs) }, null, 2)],
  ['an object of lists', JSON_TYPE, (pairs) => JSON.stringify({ headers: object(pairs, (text) => [text]) })],
  ['names in lower case', JSON_TYPE, (pairs) => JSON.stringify(object(renamed(pairs, (name) => name.toLowerCase())))],
  ['names in upper case', JSON_TYPE, (pairs) => JSON.stringify(object(renamed(pairs, (name) => name.toUpperCase())))],
  [
    'names with underscores',
    JSON_TYPE,
    (pairs) => JSON.stringify(object(renamed(pairs, (name) => name.replaceAll('-', '_')))),
  ],
  [
    'names as environment variables',
    JSON_TYPE,
    (pairs) => JSON.stringify(object(renamed(pairs, (name) => `HTTP_${name.toUpperCase().replaceAll('-', '_')}`))),
  ],
  [
    'names in camel case',
    JSON_TYPE,
    (pairs) =>
      JSON.stringify(object(renamed(pairs, (name) => name[0]!.toLowerCase() + name.slice(1).replaceAll('-', '')))),
  ],
  ['a list of lines', JSON_TYPE, (pairs) => JSON.stringify({ headers: pairs.map((pair) => pair.join(': ')) })],
  ['a list of names and values', JSON_TYPE, (pairs) => JSON.stringify({ rawHeaders: pairs.flat() })],
  ['a list of names', JSON_TYPE, (pairs) => JSON.stringify({ names: pairs.map(([name]) => name) })],
  ['a list of pairs', JSON_TYPE, (pairs) => JSON.stringify(pairs)],
  ['a list of objects', JSON_TYPE, (pairs) => JSON.stringify(pairs.map(([name, value]) => ({ name, value })))],
  [
    'a list of objects, value first',
    JSON_TYPE,
    (pairs) => JSON.stringify(pairs.map(([key, value]) => ({ values: [value], key }))),
  ],
  [
    'a list of objects of one member',
    JSON_TYPE,
    (pairs) => JSON.stringify(pairs.map(([name, value]) => ({ [name]: value }))),
  ],
  [
    'a raw request in a string',
    JSON_TYPE,
    (pairs) =>
      JSON.stringify({ raw: `GET / HTTP/1.1\r\n${pairs.map((pair) => `${pair.join(': ')}\r\n`).join('')}\r\n` }),
  ],
  [
    'JSON in a string',
    JSON_TYPE,
    (pairs) => JSON.stringify({ data: JSON.stringify({ headers: object(pairs), n: 1 }) }),
  ],
  [
    'pretty JSON in a string',
    JSON_TYPE,
    (pairs) =>
      JSON.stringify({
        data: JSON.stringify(
          object(pairs, (text) => [text]),
          null,
          2,
        ),
      }),
  ],
  ['lines of text', 'text/plain', (pairs) => pairs.map((pair) => `${pair.join(': ')}\n`).join('')],
  [
    'a request in text',
    'text/plain',
    (pairs) => `GET / HTTP/1.1\r\n${pairs.map((pair) => `${pair.join(': ')}\r\n`).join('')}\r\nthe end`,
  ],
  [
    'lines with equals signs',
    'text/plain',
    (pairs) => pairs.map(([name, value]) => `HTTP_${name.toUpperCase().replaceAll('-', '_')}=${value}`).join('\n'),
  ],
  [
    'a Python dictionary',
    'text/plain',
    (pairs) => `{${pairs.map(([name, value]) => `'${name}': '${value}'`).join(', ')}}`,
  ],
  [
    'a list of Python tuples',
    'text/plain',
    (pairs) => `[${pairs.map(([name, value]) => `('${name}', '${value}')`).join(', ')}]`,
  ],
  ['a Go map', 'text/plain', (pairs) => `map[${pairs.map(([name, value]) => `${name}:[${value}]`).join(' ')}]`],
  [
    'an HTML table',
    'text/html',
    (pairs) =>
      `<table>${pairs.map(([name, value]) => `<tr class="h"><td>${name}</td><td>${value}</td></tr>`).join('')}</table>`,
  ],
  [
    'an HTML list',
    'text/html',
    (pairs) => `<ul>\n${pairs.map(([name, value]) => `<li><b>${name}</b>: ${value}</li>\n`).join('')}</ul>`,
  ],
  [
    'an HTML list of terms',
    'text/html',
    (pairs) => `<dl>${pairs.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`,
  ],
  [
    'preformatted text',
    'text/html',
    (pairs) => `<h1>Request</h1><pre>${pairs.map((pair) => `${pair.join(': ')}\n`).join('')}</pre>`,
  ],
  ['lines of HTML', 'text/html', (pairs) => `<p>${pairs.map((pair) => pair.join(': ')).join('<br>\n')}</p>`],
  ['paragraphs of HTML', 'text/html', (pairs) => pairs.map((pair) => `<p>${pair.join('=')}</p>`).join('\n')],
  [
    'a form',
    'application/x-www-form-urlencoded',
    (pairs) => String(new URLSearchParams(pairs.map(([name, value]) => [name, value]))),
  ],
  [
    'XML elements by name',
    'application/xml',
    (pairs) => `<headers>${pairs.map(([name, value]) => `<${name}>${value}</${name}>`).join('')}</headers>`,
  ],
  [
    'XML elements with an attribute',
    'application/xml',
    (pairs) =>
      `<headers>${pairs.map(([name, value]) => `<header name="${name}">${value}</header>`).join('')}</headers>`,
  ],
  [
    'XML attributes',
    'application/xml',
    (pairs) =>
      `<headers>${pairs.map(([name, value]) => `<header name="${name}" value="${value}"/>`).join('')}</headers>`,
  ],
  [
    'YAML',
    'application/yaml',
    (pairs) => `headers:\n${pairs.map(([name, value]) => `  ${name}: "${value}"\n`).join('')}`,
  ],
  ['CSV', 'text/csv', (pairs) => `header,value\n${pairs.map((pair) => `${pair.join(',')}\n`).join('')}`],
];

describe.each(echoes)('fields of the request, echoed as %s', (_name, type, write) => {
  it.each([
    ['in the order received', (pairs: Pairs) => pairs],
    ['sorted', sorted],
    ['the marker first', (pairs: Pairs) => pairs.toReversed()],
  ])('%s', (_order, order) => {
    const echo = (pairs: Pairs) => ({ type, body: write(order(pairs)) });
    expect(differences(echo(sent), echo(copied))).toEqual([]);
    // While the shadow serves, production gets the copy.
    expect(differences(echo(copied), echo(sent), undefined, sent, 'shadow')).toEqual([]);
    expect(differences(echo(sent), echo(copied), undefined, sent, 'shadow')).not.toEqual([]);
  });

  it('of another trace, or with another marker, differ', () => {
    const echo = (pairs: Pairs) => ({ type, body: write(pairs) });
    const inOtherTrace: Pairs = copied.map(([name, value]) => [name, value.replace(TRACE, OTHER_TRACE)]);
    const isNames = write(copied) === write(inOtherTrace);
    if (!isNames) expect(differences(echo(sent), echo(inOtherTrace))).not.toEqual([]);
    const withOther: Pairs = [...sent, ['X-Other-Copy', MARKER.replace('5', '6')]];
    expect(differences(echo(sent), echo(withOther))).not.toEqual([]);
  });
});

describe('beside', () => {
  const json = (value: unknown): ResponseParts => ({ type: JSON_TYPE, body: JSON.stringify(value) });

  it('another difference, only that is left', () => {
    const [left, right] = [object(sent), { ...object(copied), Accept: 'text/html' }];
    expect(differences(json({ headers: left }), json({ headers: right }))).toEqual([
      'value $.headers.Accept: "*/*" → "text/html"',
    ]);
  });

  it('the marker of a proxy that copied the request before, nothing is left', () => {
    const [before, name] = ['0f3ac9d17b2e4c5d8a6b9e10', 'X-Understudy-Copy'];
    const once: Pairs = [...sent, [name, before]];
    const twice: Pairs = [...copied.slice(0, -1), [name, `${before}, ${MARKER}`]];
    expect(differences(json(object(once)), json(object(twice)), undefined, once)).toEqual([]);
  });

  it('a tracestate, that is compared', () => {
    expect(differences(json({ tracestate: 'a=1' }), json({ tracestate: 'a=2' }))).toHaveLength(1);
  });

  it('the parts of a trace context', () => {
    const of = (span: string, trace = TRACE) => json({ traceId: trace, parentId: span });
    expect(differences(of(SPAN), of(OTHER_SPAN))).toEqual([]);
    expect(differences(of(OTHER_SPAN), of(SPAN))).toHaveLength(1);
    expect(differences(of(SPAN), of(OTHER_SPAN, OTHER_TRACE))).toHaveLength(1);
  });

  it('header fields of the response', () => {
    const header = (pairs: Pairs) => ({
      fields: fields(renamed(pairs, (name) => name).filter(([name]) => name !== 'Via')),
    });
    expect(differences(header(sent), header(copied))).toEqual([]);
  });
});

describe('what the configuration sends', () => {
  const json = (pairs: Pairs): ResponseParts => ({ type: JSON_TYPE, body: JSON.stringify({ headers: object(pairs) }) });
  const list = (pairs: Pairs): ResponseParts => ({
    type: 'text/plain',
    body: pairs.map((pair) => `${pair.join(': ')}\n`).join(''),
  });
  const targets = {
    primary: target({ set: { 'x-env': 'live' }, hostHeader: 'one' }),
    shadow: target({ set: { 'x-env': 'next', 'x-key': 'k1' }, remove: ['accept'], hostHeader: 'two' }),
  };
  const got = (pairs: Pairs, host: string, ...more: Pairs): Pairs => [['Host', host], ...pairs.slice(1), ...more];
  const withoutAccept = copied.filter(([name]) => name !== 'Accept');
  const left = got(sent, 'one', ['X-Env', 'live']);
  const right = got(withoutAccept, 'two', ['X-Env', 'next'], ['X-Key', 'k1']);

  it.each([
    ['members', json],
    ['lines', list],
  ])('%s', (_name, write) => {
    expect(differences(write(left), write(right), targets)).toEqual([]);
    expect(differences(write(left), write(right))).not.toEqual([]);
    const wrong = got(withoutAccept, 'two', ['X-Env', 'test'], ['X-Key', 'k1']);
    expect(differences(write(left), write(wrong), targets)).toHaveLength(1);
    expect(
      differences(write(left), write(got(withoutAccept, 'two', ['X-Env', 'next'], ['X-Key', 'k2'])), targets),
    ).toHaveLength(1);
  });
});
