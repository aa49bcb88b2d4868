import { expect, it } from 'vitest';
import { userKeys } from '../../../src/model/user-key.ts';

const SECRET = Buffer.from('a secret of the store');
const keyOf = userKeys(SECRET);

it('the key of a user is 32 hexadecimal digits, whatever the id', () => {
  for (const id of ['', 'u', 'ü'.repeat(8192), '\0', '💩']) expect(keyOf(id, 'utf8')).toMatch(/^[\da-f]{32}$/);
});

it('the key of a user depends on the id and on the secret, and on nothing else', () => {
  expect(keyOf('ann', 'utf8')).toBe(userKeys(SECRET)('ann', 'utf8'));
  expect(keyOf('ann', 'utf8')).not.toBe(keyOf('bob', 'utf8'));
  expect(keyOf('ann', 'utf8')).not.toBe(userKeys(Buffer.from('another'))('ann', 'utf8'));
});

it('an id has one key as the bytes of a header field and as JSON', () => {
  const sent = Buffer.from('Jörg', 'utf8').toString('latin1');
  expect(keyOf(sent, 'latin1')).toBe(keyOf('Jörg', 'utf8'));
});
