import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { redactConfig } from '../../../src/config/redact.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { config, problems, warnings } from './support.ts';

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

it('of a webhook neither the URL nor a header field is shown, whatever it is called', () => {
  const written = config(`
alerts:
  webhooks:
    - {url: "https://hooks.example/hunter2?key=hunter2", headers: {x-team: hunter2, authorization: Bearer hunter2}}
    - {url: "https://hunter2.example", format: slack, events: [store]}
`);
  const shown = redactConfig(written);
  expect(JSON.stringify(shown)).not.toContain('hunter2');
  expect(shown.alerts).toMatchObject({
    webhooks: [
      { url: '***', format: 'json', headers: { 'x-team': '***', authorization: '***' } },
      { url: '***', format: 'slack', events: ['store'] },
    ],
    window: 10_000,
  });
  expect(written.alerts.webhooks[0]).toMatchObject({ url: 'https://hooks.example/hunter2?key=hunter2' });
});

it.each([
  'ftp://hooks.example/hunter2',
  'hooks.example/hunter2',
  'https://me:hunter2@hooks.example/',
  'https://hunter2@hooks.example/',
  'https://hooks.example/#hunter2',
  'https://hooks.example:99999/hunter2',
  'https:///hunter2',
  'unix:/run/hunter2',
])('a URL that no webhook can have is refused, and not shown: %s', (url) => {
  const found = problems(`alerts: {webhooks: [{url: "${url}"}]}`);
  expect(found).toEqual([expect.stringContaining('alerts.webhooks[0].url: ')]);
  expect(found.join()).not.toContain('hunter2');
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

describe('a key in a file', () => {
  const KEY = 'hunter2-hunter2-hunter2';

  function keyFile(content: string, mode = 0o600): { readonly file: string; readonly text: string } {
    const file = join(temporaryDirectory(), 'redact-key');
    writeFileSync(file, content);
    chmodSync(file, mode);
    return { file, text: `redact:\n  keyFile: ${file}` };
  }

  it.each([KEY, `${KEY}\n`, `${KEY}\r\n`, `\n  ${KEY} \n\n`, `\ufeff${KEY}`])(
    'is the key, without the white space around it: %j',
    (content) => {
      const { text } = keyFile(content);
      expect(config(text).redact.key).toBe(KEY);
      expect(warnings(text)).toEqual([]);
    },
  );

  it('is not shown', () => {
    expect(JSON.stringify(redactConfig(config(keyFile(KEY).text)))).not.toContain('hunter2');
  });

  it.each([
    ['', 'without a key'],
    [' \n', 'without a key'],
    ['too-short', 'not a key'],
    ['k'.repeat(257), 'not a key'],
    [`${KEY}\n${KEY}`, 'not a key'],
    ['\u00e4\u00f6\u00fc'.repeat(8), 'not a key'],
    ['\0'.repeat(32), 'not a key'],
  ])('that is none is an error that does not show it, and says what to write: %j', (content, wrong) => {
    const { file, text } = keyFile(content);
    expect(problems(text)).toEqual([
      `a.yaml:2:12: redact.keyFile: ${wrong}; found "${file}"; allowed: a file of 16 to 256 visible ASCII characters without spaces and nothing else, as \`openssl rand -hex 32\` writes`,
    ]);
  });

  it('that can not be read is an error', () => {
    expect(problems('redact: {keyFile: /gone/redact-key}')).toEqual([
      expect.stringMatching(
        /^a\.yaml:1:19: redact\.keyFile: cannot be read \(.*\); found "\/gone\/redact-key"; allowed: a file of .* that this user can read$/,
      ),
    ]);
  });

  it('beside a key is an error', () => {
    const { text } = keyFile(KEY);
    expect(problems(`${text}\n  key: ${KEY}`)).toEqual([
      expect.stringContaining('a.yaml:2:12: redact.keyFile: two keys'),
    ]);
  });

  it.each([0o640, 0o604, 0o644, 0o666])('that others may open is a warning', (mode) => {
    const { file, text } = keyFile(KEY, mode);
    expect(config(text).redact.key).toBe(KEY);
    expect(warnings(text)).toEqual([
      expect.stringContaining(`found "${file}" with mode 0${mode.toString(8)}; allowed: mode 0600 or 0400`),
    ]);
  });
});
