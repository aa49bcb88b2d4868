import { expect, test } from 'vitest';
import { Account } from '../../../src/compare/account.ts';
import { textValue } from '../../../src/compare/value.ts';

test('a comparison runs out of its time once, whoever notices it', () => {
  const account = new Account();
  const why = textValue('the time for one pair is over');
  for (const path of ['$[*]', '$']) account.add({ path, kind: 'budget', left: why, right: why, covering: [] });
  expect(account.close().differences).toEqual([
    { kind: 'budget', path: '$[*]', left: expect.any(String), right: expect.any(String) },
  ]);
});
