import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { redactConfig } from '../../../src/config/redact.ts';
import { field } from '../../support/protobuf-message.ts';
import { config, problems, warnings } from './support.ts';

const shop = readFileSync(new URL('../../fixtures/protobuf/shop.binpb', import.meta.url));
/** A file with a message whose field is of a type that another file has. */
const withoutImports = field.length(
  1,
  field.length(2, 'a'),
  field.length(
    4,
    field.length(1, 'M'),
    field.length(2, field.length(1, 'f'), field.varint(3, 1), field.varint(5, 11), field.length(6, '.b.N')),
  ),
);

const files: Readonly<Record<string, Buffer>> = {
  'shop.binpb': shop,
  'alone.binpb': withoutImports,
  'text.proto': Buffer.from('syntax = "proto3";'),
};
const reads: string[] = [];
const readFile = (path: string, encoding: BufferEncoding = 'utf8') => {
  reads.push(path);
  const bytes = files[path];
  if (bytes === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  return bytes.toString(encoding);
};
const base64 = shop.toString('base64');

describe('descriptors of protobuf messages', () => {
  it('are read with the configuration and hold for all routes, each with its own message', () => {
    reads.length = 0;
    const { routes } = config(
      `compare: {protobuf: {descriptors: shop.binpb}}
routes:
  - {name: orders, compare: {protobuf: {message: shop.v1.Order}}}
  - {name: items, compare: {protobuf: {message: shop.v1.Order.Item}}}
  - {name: others}`,
      { readFile },
    );
    const descriptors = { file: 'shop.binpb', base64 };
    expect(routes.map(({ compare }) => compare.protobuf)).toEqual([
      { descriptors, message: 'shop.v1.Order' },
      { descriptors, message: 'shop.v1.Order.Item' },
      { descriptors },
      { descriptors },
    ]);
    expect(new Set(routes.map(({ compare }) => compare.protobuf?.descriptors)).size).toBe(1);
    expect(reads).toEqual(['shop.binpb']);
  });

  it('may be those of one route alone', () => {
    const { routes } = config('routes: [{name: a, compare: {protobuf: {descriptors: shop.binpb}}}]', { readFile });
    expect(routes.map(({ compare }) => compare.protobuf?.descriptors.file)).toEqual(['shop.binpb', undefined]);
  });

  it('are not shown', () => {
    const shown = redactConfig(config('compare: {protobuf: {descriptors: shop.binpb}}', { readFile }));
    expect(JSON.stringify(shown)).toContain('shop.binpb');
    expect(JSON.stringify(shown)).not.toContain(base64.slice(0, 20));
  });

  it('that lack what they import are warned about', () => {
    expect(warnings('compare: {protobuf: {descriptors: alone.binpb}}', { readFile })).toEqual([
      'a.yaml:1:35: compare.protobuf.descriptors: types of imported files are missing, so their fields are compared by number; found "alone.binpb" without b.N; protoc adds them with --include_imports',
    ]);
  });

  it.each([
    [
      'a file that is not there',
      'compare: {protobuf: {descriptors: gone.binpb}}',
      'a.yaml:1:35: compare.protobuf.descriptors: cannot be read (no such file or directory); found "gone.binpb"; allowed: a FileDescriptorSet, as protoc --descriptor_set_out and buf build write it',
    ],
    [
      'a .proto file in place of what protoc makes of it',
      'compare: {protobuf: {descriptors: text.proto}}',
      'a.yaml:1:35: compare.protobuf.descriptors: has no descriptors of messages; found "text.proto"; allowed: a FileDescriptorSet, as protoc --descriptor_set_out and buf build write it',
    ],
    [
      'a message that the descriptors have not',
      'compare: {protobuf: {descriptors: shop.binpb}}\nroutes: [{name: a, compare: {protobuf: {message: shop.Order}}}]',
      'a.yaml:2:50: routes[0].compare.protobuf.message: not in shop.binpb; found "shop.Order"; allowed: shop.v1.Order, shop.v1.Order.BySkuEntry, shop.v1.Order.FlagsEntry, shop.v1.Order.Item',
    ],
    [
      'a message without descriptors',
      'routes: [{name: a, compare: {protobuf: {message: shop.Order}}}]',
      'a.yaml:1:50: routes[0].compare.protobuf.message: without descriptors; found "shop.Order"; allowed: a message together with descriptors, here or under compare',
    ],
    [
      'what is no name of a message',
      'compare: {protobuf: {message: /shop/Order}}',
      'a.yaml:1:31: compare.protobuf.message: not a full name; found "/shop/Order"; allowed: the full name of a message, such as shop.v1.Order',
    ],
  ])('may not be %s', (_, text, expected) => {
    expect(problems(text, { readFile })).toEqual([expected]);
  });
});
