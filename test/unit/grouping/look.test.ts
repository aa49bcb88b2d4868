import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Look, lookOf } from '../../../src/grouping/look.ts';

const TABLE: Readonly<Record<Look, readonly string[]>> = {
  id: [
    '0',
    '42',
    '9007199254740993',
    '2024-05-01',
    '192.168.0.1',
    '550e8400-e29b-41d4-a716-446655440000',
    '550E8400-E29B-41D4-A716-446655440000',
    '550e8400e29b41d4a716446655440000',
    'abcdefab-abcd-abcd-abcd-abcdefabcdef',
    '01ARZ3NDEKTSV4RRFFQ69G5FAV',
    '0ujtsYcgvSTl8PAuAdqWYSMnLOv',
    '507f1f77bcf86cd799439011',
    'deadbeefdeadbeef',
    '3e25960a79dbc69b674cd4ec67a72c62',
    'cus_9s6XKzkNRiz8i3',
    'V1StGXR8_Z5jdHi6B-myT',
    'dQw4w9WgXcQ',
    'a1b2c3d',
    'order-12345',
    'SKU20240117',
    'main.4f3a2b1c.js',
    '17.jpg',
    'ann@example.test',
    'Products(5)',
    '1,2,3',
    'key=value',
    '%C3%A4pfel',
    'caf\xe9',
    ':id',
    '*',
    'x'.repeat(49),
  ],
  slug: [
    'user123',
    'page-2',
    'oauth2',
    'i18n',
    'sha256',
    'blue-cotton-shirt',
    'a-story-of-two-cities',
    'photo-12.jpg',
    'apple-touch-icon.png',
    'internationalizationofeverything',
  ],
  word: [
    'users',
    'getUser',
    'order-history',
    'order_history',
    'v1',
    'V2',
    'v2.1',
    'v1beta1',
    '1.1',
    'robots.txt',
    '@me',
    '$metadata',
    '_search',
    'user.get',
    'shop.Orders',
    'documents:batchGet',
    'facade',
    'deadbeef',
    '~',
  ],
};

describe('a path segment by itself', () => {
  const cases = Object.entries(TABLE).flatMap(([look, segments]) => segments.map((segment) => [segment, look]));
  test.each(cases)('%s is taken for a %s', (segment, look) => {
    expect(lookOf(segment!)).toBe(look);
  });

  test('whatever number, UUID, ULID or hash it is, it is an id', () => {
    const hash = fc.uint8Array({ minLength: 16, maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('hex'));
    const id = fc.oneof(fc.nat().map(String), fc.uuid(), fc.ulid(), hash);
    fc.assert(fc.property(id, (segment) => void expect(lookOf(segment)).toBe('id')));
  });

  test('letters alone are never an id, up to a length that no id has', () => {
    const letters = fc.string({
      unit: fc.constantFrom(...'ghijklmnopqrstuvwxyzGHIJKLMNOP'),
      minLength: 1,
      maxLength: 48,
    });
    fc.assert(fc.property(letters, (segment) => void expect(lookOf(segment)).not.toBe('id')));
  });

  test('any text has a look', () => {
    const latin1 = fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
      minLength: 1,
    });
    fc.assert(fc.property(latin1, (segment) => void expect(['id', 'slug', 'word']).toContain(lookOf(segment))));
  });
});
