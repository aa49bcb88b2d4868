import { expect, it } from 'vitest';
import { RedactionTally } from '../../../src/findings/redaction-tally.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import { answer, captured } from '../../support/captured.ts';

it('counts by rule and name, and starts anew once taken', () => {
  const tally = new RedactionTally();
  tally.add('token', 'csrfToken');
  tally.add('token', 'csrfToken');
  tally.add('token', 'pageToken');
  tally.add('card');
  expect(tally.take()).toEqual([
    { rule: 'token', name: 'csrfToken', count: 2 },
    { rule: 'token', name: 'pageToken', count: 1 },
    { rule: 'card', name: '', count: 1 },
  ]);
  expect(tally.take()).toEqual([]);
});

it.each(['token-8f3a9c1d77e2', 'x'.repeat(61), 'a token', '<token>', 'token\n'])(
  'lists no name that could not be written in the configuration, or may be a secret: %j',
  (name) => {
    const tally = new RedactionTally();
    tally.add('token', name);
    expect(tally.take()).toEqual([{ rule: 'token', name: '', count: 1 }]);
  },
);

it('lists so many names of a rule, and counts those that clients make up beyond them', () => {
  const tally = new RedactionTally();
  for (let at = 0; at < 10_000; at++) tally.add('token', `${at.toString(36)}_token`);
  const uses = tally.take();
  expect(uses).toHaveLength(51);
  expect(uses.reduce((sum, { count }) => sum + count, 0)).toBe(10_000);
  tally.add('secret', 'client_secret');
  expect(tally.take()).toEqual([{ rule: 'secret', name: 'client_secret', count: 1 }]);
});

it('is told of each value of an exchange by the name that it has there', () => {
  const tally = new RedactionTally();
  const redactor = new Redactor(
    { headers: ['x-customer'], query: [], paths: ['$.email'] },
    Buffer.from('k'),
    (...use) => tally.add(...use),
  );
  const exchange = captured({
    request: {
      method: 'POST',
      target: '/a?resetToken=hunter2aaa',
      fields: ['Cookie', 'theme=hunter2bbb', 'X-Api-Key', 'hunter2ccc', 'X-Customer', 'hunter2ddd'],
      body: Buffer.from(''),
    },
    primary: answer({
      fields: ['Content-Type', 'application/json'],
      body: Buffer.from('{"session":{"id":"hunter2eee"},"email":"hunter2fff","password":{"old":"hunter2ggg"}}'),
    }),
  });
  redactor.redactExchange(exchange, {
    route: 'r',
    ending: 'mismatch',
    comparison: { differences: [], accepted: [], sides: new Map(), omitted: 0 },
  });
  const uses = tally.take().map(({ rule, name }) => `${rule} ${name}`);
  for (const use of [
    'token resetToken',
    'cookie theme',
    'api_key x-api-key',
    'session session.id',
    'password password',
    'configured ',
  ])
    expect(uses).toContain(use);
});

it('tells names by which redact.allow shows what they hid', () => {
  const uses: string[] = [];
  const seen = (allow: readonly string[]) => {
    const redactor = new Redactor({ headers: [], query: [], paths: [], allow }, Buffer.from('k'), (_, name = '') =>
      uses.push(name),
    );
    const body = '{"session":{"id":"hunter2eee"},"user[password]":"hunter2fff","X-Reset-Token":"hunter2ggg"}';
    const exchange = captured({ primary: answer({ fields: ['Content-Type', 'application/json'], body }) });
    const comparison = { differences: [], accepted: [], sides: new Map(), omitted: 0 };
    return JSON.stringify(redactor.redactExchange(exchange, { route: 'r', ending: 'mismatch', comparison }));
  };
  expect(seen([])).not.toContain('hunter2');
  expect(uses).toHaveLength(3);
  expect(seen(uses)).toMatch(/hunter2eee.*hunter2fff.*hunter2ggg/);
});
