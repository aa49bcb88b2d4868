import { expect, it } from 'vitest';
import { redactConfig } from '../../../src/config/redact.ts';
import { config } from './support.ts';

it('what is shown of a configuration holds no secret, and everything else', () => {
  const shown = redactConfig(
    config(`
admin: {token: hunter2-hunter2-hunter2}
mirror:
  salt: hunter2-salt
  headers: {set: {Authorization: Bearer hunter2, X-Api-Key: hunter2, Cookie: a=hunter2, x-customer: hunter2, x-env: shadow}}
redact: {key: hunter2-hunter2-hunter2, headers: [x-customer]}
routes: [{name: a, match: {path: /a, headers: {X-Auth-Token: hunter2, x-beta: "1", x-key: "*"}}}]
`),
  );
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown).toMatchObject({
    admin: { token: '***', port: 9900 },
    mirror: { salt: '***', headers: { set: { authorization: '***', 'x-env': 'shadow' } } },
    redact: { key: '***' },
    routes: [
      {
        name: 'a',
        match: {
          path: '/a',
          headers: [{ name: 'x-auth-token', value: '***' }, { name: 'x-beta', value: '1' }, { name: 'x-key' }],
        },
      },
      { name: 'default' },
    ],
  });
});

it('nothing is shown as hidden that is not there', () => {
  const plain = config('');
  expect(redactConfig(plain)).toEqual({ ...plain, mirror: { ...plain.mirror, salt: '***' } });
});

it('the configuration itself keeps its secrets', () => {
  const original = config('mirror: {salt: hunter2-salt}');
  redactConfig(original);
  expect(original.mirror.salt).toBe('hunter2-salt');
});

it("what is set in a target's requests is shown by the same rule", () => {
  const shown = redactConfig(config('shadow: {headers: {set: {authorization: hunter2, x-env: shadow}}}'));
  expect(shown.shadow.headers?.set).toEqual({ authorization: '***', 'x-env': 'shadow' });
});
