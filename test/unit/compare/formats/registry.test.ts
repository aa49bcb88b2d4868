import { describe, expect, it } from 'vitest';
import { formatsFor } from '../../../../src/compare/formats/registry.ts';
import { comparePair, lines } from '../pair.ts';
import { bodyOf } from './reading.ts';

function formatOf(type: string | undefined, content = 'x'): string {
  const body = bodyOf(content, type);
  return formatsFor(body, body)[0]!.name;
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
    ['<a/>', 'text'],
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
