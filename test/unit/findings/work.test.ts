import { describe, expect, it } from 'vitest';
import { NOTHING_COMPARED } from '../../../src/findings/collector.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { RecordedExchange } from '../../../src/model/finding.ts';
import { answer, captured } from '../../support/captured.ts';
import { countWork } from '../../support/work.ts';

const JSON_TYPE = 'application/json';
const FORM = 'application/x-www-form-urlencoded';
const repeated = (part: string) => (length: number) => part.repeat(Math.ceil(length / part.length));
const nested = (open: string, inner: string, close: string) => (length: number) => {
  const depth = Math.ceil(length / (open.length + close.length));
  return open.repeat(depth) + inner + close.repeat(depth);
};

/** What looks as if one had to go through all of it again for each of its parts. */
const HOSTILE: Readonly<Record<string, readonly [type: string, body: (length: number) => string]>> = {
  'many members': [
    JSON_TYPE,
    (length) => JSON.stringify(Array.from({ length: length / 20 }, (_, at) => ({ [`m${at}`]: `v${at}` }))),
  ],
  'many secrets': [
    JSON_TYPE,
    (length) => JSON.stringify(Array.from({ length: length / 40 }, (_, at) => ({ token: `secret-${at * 7919}` }))),
  ],
  'open brackets': [JSON_TYPE, repeated('[')],
  'open objects': [JSON_TYPE, repeated('{"value":')],
  'pairs in pairs': [JSON_TYPE, nested('{"value":', '1', ',"name":"secret"}')],
  quotes: [JSON_TYPE, repeated('"')],
  'escaped quotes': [JSON_TYPE, repeated('\\"')],
  'block strings': [JSON_TYPE, repeated('"""a')],
  backslashes: [JSON_TYPE, repeated('\\')],
  'parts of a parameter': [FORM, (length) => `a=${repeated(';x=%41')(length)}`],
  'secret parts of a parameter': [FORM, repeated(';pin=')],
  parameters: [FORM, repeated('password=abcdefgh123&')],
  URLs: ['text/plain', repeated('http://a/b?c=d&token=abc1234 ')],
  'segments of a path': ['text/plain', (length) => `http://${repeated('/reset;b=c')(length)}`],
  'user information': ['text/plain', (length) => `//${repeated('a@')(length)}`],
  elements: ['text/html', repeated('<a b="c" key="d">x')],
  'open tags': ['text/html', repeated('<a ')],
  'names of attributes': ['text/html', (length) => `<a ${repeated('b ')(length)}`],
  'escaped markup': ['text/html', repeated('<a b="&quot;token&quot;">&lt;b&gt;</a>')],
  'beginnings of keys': ['text/plain', repeated('-----BEGIN A-----')],
  digits: ['text/plain', repeated('4111 ')],
  'beginnings of signed tokens': ['text/plain', repeated('eyJaaaaaaaaa.')],
  'a long indent': ['text/plain', (length) => repeated(' ')(length / 2) + repeated('a=1 ')(length / 2)],
  'names without an end': ['text/plain', repeated('a.')],
  'words without names': ['text/plain', repeated('word ')],
  'commas in a line': ['text/yaml', (length) => `password: ${repeated(', a')(length)}`],
  'items of YAML': ['text/yaml', repeated('- name: a\n  value: b\n')],
  'blocks of YAML': ['text/yaml', repeated('password: |\n  a\n')],
  'rows of a table': ['text/csv', (length) => `id,password\n${repeated('1,abcdefgh\n')(length)}`],
  'parts of a form': [
    'multipart/form-data; boundary=b',
    repeated('--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n'),
  ],
  'variables of GraphQL': [JSON_TYPE, repeated('a:$b ')],
  'percent signs': ['text/plain', repeated('%41=%42 ')],
};

function record(type: string, body: string, time: () => number): RecordedExchange {
  const redactor = new Redactor({ headers: [], query: [], paths: [] }, Buffer.from('k'), () => {}, time);
  const leg = answer({ fields: ['Content-Type', type], body });
  const exchange = captured({ request: { fields: ['Content-Type', type], body }, primary: leg, shadow: leg });
  const differences = [{ path: '$.a', kind: 'value' as const, left: '"a=1"', right: '"a=2"' }];
  return redactor.redactExchange(exchange, {
    route: 'r',
    ending: 'mismatch',
    comparison: { ...NOTHING_COMPARED, differences },
  });
}

describe('the work of a record', () => {
  it.each(Object.entries(HOSTILE))('grows with the length of what is in it, and no faster: %s', (_, [type, body]) => {
    record(type, body(1_000), () => 0);
    const [once, twice] = [8_000, 16_000].map((length) => countWork(() => record(type, body(length), () => 0)));
    expect(twice!.calls).toBeLessThan(2.5 * once!.calls);
    expect(twice!.length).toBeLessThan(2.5 * once!.length + 100_000);
  });

  it('is that of the beginning of a body, however long it is', () => {
    const items = (count: number) =>
      JSON.stringify(Array.from({ length: count }, (_, id) => ({ id, token: `t-${id}` })));
    const calls = [20_000, 100_000].map((count) => countWork(() => record(JSON_TYPE, items(count), () => 0)).calls);
    expect(calls[1]).toBeLessThan(1.2 * calls[0]!);
  });

  it('ends with the time for one pair: what was not looked into is withheld', () => {
    let now = 0;
    const { request, primary, shadow, differences } = record('text/plain', 'a body', () => {
      now += 100;
      return now;
    });
    expect(request.body.content).toBe('a body');
    const bodies = [primary, shadow].map((leg) => ('failure' in leg ? '' : leg.body.content));
    expect(bodies.at(-1)).toBe('(not read) withheld: the time for one pair is over');
    expect(differences).toEqual([{ path: '$.a', kind: 'value', left: '(not read)', right: '(not read)' }]);
  });
});
