import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { CompareConfig } from '../../../src/config/compare-types.ts';
import { NOTHING_COMPARED } from '../../../src/findings/collector.ts';
import { knownBodies, Redactor } from '../../../src/findings/redactor.ts';
import type { RecordedBody } from '../../../src/model/finding.ts';
import { answer, captured } from '../../support/captured.ts';
import { descriptorSet } from '../../support/descriptor-set.ts';
import { field } from '../../support/protobuf-message.ts';

const S = 'plAnted-7q-valUe-9z';

const DESCRIPTORS = descriptorSet(
  'shop.v1',
  {
    Login: { user: [1, 'string'], password: [2, 'string'] },
    Session: { user: [1, 'string'], keys: [2, 'Keys'], note: [3, 'string'] },
    Keys: { api_key: [1, 'string'], label: [2, 'string'] },
  },
  { Login: ['Login', 'Session'] },
);
const protobuf = { descriptors: { file: 'shop.binpb', base64: DESCRIPTORS.toString('base64') } };
const SESSION = { protobuf: { ...protobuf, message: 'shop.v1.Session' } };

const login = field.length(1, 'jane');
const loginWithPassword = Buffer.concat([login, field.length(2, S)]);
const session = Buffer.concat([field.length(1, 'jane'), field.length(2, field.length(2, 'first'))]);
const sessionWithKey = Buffer.concat([session, field.length(2, field.length(1, S))]);

const frame = (message: Buffer, flags = 0) => {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

interface Recorded {
  readonly request: RecordedBody;
  readonly response: RecordedBody;
  readonly counts: readonly string[];
}

function record(
  type: string | undefined,
  bodies: { readonly request?: Uint8Array; readonly response?: Uint8Array },
  route: Pick<CompareConfig, 'format' | 'protobuf'> = {},
  { target = '/api', paths = [] }: { readonly target?: string; readonly paths?: readonly string[] } = {},
): Recorded {
  const counts: string[] = [];
  const redactor = new Redactor({ headers: [], paths: [...paths], query: [] }, Buffer.from('k'), (rule, name = '') =>
    counts.push(`${rule} ${name}`),
  );
  const fields = type === undefined ? [] : ['Content-Type', type];
  const exchange = captured({
    request: { target, fields, body: bodies.request ?? '' },
    primary: answer({ fields, body: bodies.response ?? '' }),
  });
  const account = { route: 'r', ending: 'mismatch', comparison: NOTHING_COMPARED, bodies: knownBodies(route) } as const;
  const { request, primary } = redactor.redactExchange(exchange, account);
  if ('failure' in primary) return expect.fail('no response');
  return { request: request.body, response: primary.body, counts };
}

const WITHHELD = /^~token:\w+~ withheld: /;

describe('messages of protobuf', () => {
  it('with a field that has the name of a secret are withheld, and counted under it', () => {
    const { response, counts } = record('application/x-protobuf', { response: sessionWithKey }, SESSION);
    expect(response.content).toMatch(WITHHELD);
    expect(counts).toEqual(['api_key api_key']);
  });

  it('without one are recorded as they are, even where they look like a text', () => {
    const { response } = record('application/x-protobuf', { response: session }, SESSION);
    expect(Buffer.from(response.content, 'base64').equals(session)).toBe(true);
  });

  it('tell nothing by their names where nobody gives descriptors', () => {
    const { response } = record('application/x-protobuf', { response: sessionWithKey });
    expect(Buffer.from(response.content, 'base64').equals(sessionWithKey)).toBe(true);
  });

  it.each([
    ['gRPC', 'application/grpc-web+proto', frame],
    ['gRPC as text', 'application/grpc-web-text', (message: Buffer) => Buffer.from(frame(message).toString('base64'))],
  ])('of %s are of the types that the method takes and gives', (_, type, framed) => {
    const target = '/shop.v1.Service/Login';
    const secret = { request: framed(loginWithPassword), response: framed(sessionWithKey) };
    const hidden = record(type, secret, { protobuf }, { target });
    expect(hidden.request.content).toMatch(WITHHELD);
    expect(hidden.response.content).toMatch(WITHHELD);
    expect(hidden.counts).toEqual(['password password', 'api_key api_key']);
    const plain = record(type, { request: framed(login), response: framed(session) }, { protobuf }, { target });
    expect([plain.request.encoding, plain.response.encoding]).toEqual(['base64', 'base64']);
  });

  it('that are compressed, too long or no messages are withheld', () => {
    const grpc = (response: Uint8Array, type = 'application/grpc') => record(type, { response }).response.content;
    expect(grpc(frame(gzipSync(sessionWithKey), 1))).toContain('withheld: compressed messages');
    expect(grpc(frame(Buffer.alloc(1024 * 1024, 'x')))).toContain('withheld: too long');
    expect(grpc(Buffer.from('Zm9v'), 'application/grpc-web-text')).toContain('withheld: not gRPC');
  });

  it('have what the configuration names at their places', () => {
    const at = (path: string) =>
      record('application/x-protobuf', { response: session }, SESSION, { paths: [path] }).response.content;
    expect(at('$.keys.label')).toMatch(WITHHELD);
    expect(at('$.keys.name')).not.toMatch(WITHHELD);
  });

  it('need no type where the route says what its bodies are', () => {
    const route = { ...SESSION, format: 'protobuf' } as const;
    expect(record(undefined, { response: sessionWithKey }, route).response.content).toMatch(WITHHELD);
    expect(record('text/plain', { response: sessionWithKey }, route).response.content).toMatch(WITHHELD);
  });

  it('are looked into for the forms of secrets without any descriptors', () => {
    const response = field.length(1, 'a key: sk_live_51Hq0aBcDeFgHiJkLmNoPq');
    expect(record('application/x-protobuf', { response }).response.content).toMatch(WITHHELD);
  });
});

describe('bytes that nobody here can read', () => {
  const cbor = (name: string) =>
    Buffer.concat([
      Buffer.from([0xa1, 0x60 + name.length]),
      Buffer.from(name),
      Buffer.from([0x73]),
      Buffer.from(S.slice(0, 19)),
    ]);

  it.each(['password', 'accessToken', 'api_key', 'pin', 'cvv', 'otp', 'sid', 'ssn', 'sig'])(
    'are withheld where %s is a name in them',
    (name) => {
      const { response, counts } = record('application/cbor', { response: cbor(name) });
      expect(response.content).toMatch(WITHHELD);
      expect(counts).toHaveLength(1);
    },
  );

  it('are recorded where none is', () => {
    expect(record('application/cbor', { response: cbor('title') }).response.encoding).toBe('base64');
  });

  it.each([undefined, 'application/octet-stream', 'application/x-own'])('may be of any type: %s', (type) => {
    const response = Buffer.concat([Buffer.from([0, 1, 0xff]), cbor('password')]);
    expect(record(type, { response }).response.content).toMatch(WITHHELD);
  });

  it('are no pictures and archives, in which words mean nothing', () => {
    const response = Buffer.concat([Buffer.from([0x89, 0x50, 0, 0xff]), Buffer.from('tEXt the secret garden')]);
    expect(record('image/png', { response }).response.encoding).toBe('base64');
  });
});

describe('texts in other charsets', () => {
  const json = `{"password":"${S}","note":"shown"}`;

  it.each([
    ['a mark at the beginning', 'application/json', Buffer.from(`\ufeff${json}`, 'utf16le')],
    ['their type', 'application/json; charset=utf-16le', Buffer.from(json, 'utf16le')],
    ['the other order of bytes', 'application/json; charset=utf-16be', Buffer.from(json, 'utf16le').swap16()],
  ])('are read by %s', (_, type, response) => {
    const { content } = record(type, { response }).response;
    expect(content).not.toContain(S);
    expect(content).toContain('"note":"shown"');
  });

  it('that nothing tells are withheld', () => {
    const { response } = record('application/json', { response: Buffer.from(json, 'utf16le') });
    expect(response.content).toMatch(WITHHELD);
  });
});

describe('what the configuration says of a format', () => {
  it('counts for tables that call themselves a text', () => {
    const response = Buffer.from(`id,password\n1,${S}\n`);
    expect(record('application/x-own', { response }, { format: 'csv' }).response.content).not.toContain(S);
  });

  it('counts for forms that call themselves a text', () => {
    const response = Buffer.from(`a=1&user%5Bpassword%5D=${S};x`);
    expect(record('text/plain', { response }, { format: 'form' }).response.content).not.toContain(S);
  });
});
