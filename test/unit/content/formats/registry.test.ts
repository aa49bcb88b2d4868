import { describe, expect, it } from 'vitest';
import type { BodyFormat } from '../../../../src/config/compare-types.ts';
import { formatsFor } from '../../../../src/content/formats/registry.ts';
import { comparePair, lines } from '../../compare/pair.ts';
import { bodyOf } from './reading.ts';

function formatOf(type: string | undefined, content = 'x'): string {
  const body = bodyOf(content, type);
  return formatsFor(body, body)[0]?.format.name ?? 'text';
}

describe('a media type has one format', () => {
  it.each([
    ['application/json', 'JSON'],
    ['application/problem+json; charset=utf-8', 'JSON'],
    ['application/graphql-response+json', 'JSON'],
    ['application/stream+json', 'NDJSON'],
    ['application/x-ndjson', 'NDJSON'],
    ['application/json-seq', 'JSON sequence'],
    ['text/event-stream', 'event stream'],
    ['text/csv', 'CSV'],
    ['text/html', 'HTML'],
    ['application/xhtml+xml', 'XML'],
    ['image/svg+xml', 'XML'],
    ['text/xml', 'XML'],
    ['application/x-www-form-urlencoded', 'form'],
    ['multipart/mixed; boundary=b', 'multipart'],
    ['application/msgpack', 'MessagePack'],
    ['application/x-protobuf', 'protobuf'],
    ['application/grpc', 'gRPC'],
    ['application/grpc+json', 'gRPC'],
    ['application/grpc-web-text+proto', 'gRPC'],
    ['text/plain', 'text'],
    ['application/javascript', 'text'],
    ['image/png', 'text'],
    ['text/json', 'JSON'],
    ['application/x-json', 'JSON'],
    ['application/x-amz-json-1.1', 'JSON'],
    ['application/vnd.shop.order+json; v=2', 'JSON'],
    ['application/json+protobuf', 'JSON'],
    ['application/geo+json-seq', 'JSON sequence'],
    ['application/yaml', 'YAML'],
    ['text/x-yaml', 'YAML'],
    ['application/vnd.oai.openapi+yaml', 'YAML'],
  ])('%s: %s', (type, expected) => {
    expect(formatOf(type)).toBe(expected);
  });
});

describe('without a media type, a body is what it looks like', () => {
  it.each([
    ['{}', 'JSON'],
    ['[]', 'JSON'],
    ['<?xml version="1.0"?><a/>', 'XML'],
    ['<!DOCTYPE html><p>', 'HTML'],
    ['<html lang="en">', 'HTML'],
    ['<a/>', 'XML'],
    ['<?xml version="1.0"?>\n<!DOCTYPE html><p>', 'HTML'],
    ['\ufeff {}', 'JSON'],
    [")]}'\n{}", 'JSON for a script'],
    ['cb({})', 'JSON for a script'],
    ['cb {}', 'text'],
    ['a=1', 'text'],
  ])('%s: %s', (content, expected) => {
    expect(formatOf(undefined, content)).toBe(expected);
  });
});

it('bodies of two formats are compared as text', () => {
  const { differences } = comparePair({ type: 'text/html', body: '<p>' }, { type: 'application/json', body: '{}' });
  expect(lines(differences)).toEqual([
    'header header.content-type: text/html → application/json',
    'value line: <p> → {}',
  ]);
});

const object = (value: number) => `{"a":${value},"b":[true]}`;
const changed = ['value $.a: 1 → 2'];

describe('JSON is compared by structure under whatever type it comes', () => {
  it.each([
    'text/plain',
    'text/plain; charset=utf-8',
    'text/html',
    'text/javascript',
    'text/csv',
    'application/octet-stream',
    'application/x-amz-json-1.1',
    'application/xml',
    'application/json; charset=utf-16',
    'application/json; charset=latin1',
    'text/plain; charset=iso-8859-1',
    'json',
    undefined,
  ])('%s', (type) => {
    const side = (body: string) => (type === undefined ? { body } : { type, body });
    const told = (left: string, right: string) => lines(comparePair(side(left), side(right)).differences);
    expect(told(object(1), ' {"b" : [true], "a" : 2}\n')).toEqual(changed);
    expect(told(object(1), '{"b":[true],\n"a":1.0}')).toEqual([]);
  });

  it('and where the types differ, beside that', () => {
    const { differences } = comparePair(
      { type: 'text/plain', body: object(1) },
      { type: 'application/json', body: object(2) },
    );
    expect(lines(differences)).toEqual(['header header.content-type: text/plain → application/json', ...changed]);
  });

  it('but not where one of the bodies is none: then both are text', () => {
    const type = 'text/plain';
    const { differences } = comparePair({ type, body: '[draft] one' }, { type, body: '[1]' });
    expect(lines(differences)).toEqual(['value line: [draft] one → [1]']);
  });
});

describe('markup is compared by structure under whatever type it comes', () => {
  it.each([
    [
      'text/plain',
      '<?xml version="1.0"?><a>1</a>',
      '<?xml version="1.0"?>\n<a>2</a>',
      'value $.a[\'#text\']: "1" → "2"',
    ],
    ['application/octet-stream', '<a>1</a>', '<a >2</a>', 'value $.a[\'#text\']: "1" → "2"'],
    [
      'text/html',
      '<?xml version="1.0"?><A>1</A>',
      '<?xml version="1.0"?>\n<A>2</A>',
      'value $.A[\'#text\']: "1" → "2"',
    ],
    ['text/plain', '<!DOCTYPE html><p>1', '<!doctype html> <P>2</P>', 'value $.p[*][\'#text\']: "1" → "2"'],
    ['text/html', '<p>1', '<P>2</P>', 'value $.p[*][\'#text\']: "1" → "2"'],
  ])('%s: %s', (type, left, right, expected) => {
    expect(lines(comparePair({ type, body: left }, { type, body: right }).differences)).toEqual([expected]);
  });
});

describe('the configured format', () => {
  it('holds whatever the types say', () => {
    const type = 'image/png';
    const told = (left: string, right: string, format: BodyFormat) =>
      lines(comparePair({ type, body: left }, { type, body: right }, { format }).differences);
    expect(told(object(1), object(2), 'json')).toEqual(changed);
    expect(told('a: 1', 'a:   2', 'yaml')).toEqual(changed);
    expect(told('a=1', 'a=2', 'form')).toEqual(['value $.a: "1" → "2"']);
    expect(told('{"a":1}', '{"a":2}', 'text')).toEqual(['value line: {"a":1} → {"a":2}']);
    expect(told('{"a":1}', '{"a":2}', 'binary')).toEqual([expect.stringMatching(/^bytes bytes: /)]);
  });

  it('that one of the bodies is not of is told', () => {
    const type = 'text/plain';
    const { differences } = comparePair({ type, body: 'a' }, { type, body: '{}' }, { format: 'json' });
    expect(lines(differences)).toContain('encoding $: not JSON: a value is expected at byte 0 → JSON');
  });
});

it('GraphQL answers differ in their data and in their errors apart', () => {
  const type = 'application/graphql-response+json';
  const { differences } = comparePair(
    { type, body: '{"data":{"order":{"total":10}}}' },
    { type, body: '{"errors":[{"message":"no","path":["order"]}],"data":{"order":null}}' },
  );
  expect(lines(differences)).toEqual([
    'type $.data.order: {"total":10} → null',
    'added $.errors: · → [{"message":"no","path":["order"]}]',
  ]);
});
