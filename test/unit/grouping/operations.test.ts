import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphqlOperation, OperationPaths, rpcOperation } from '../../../src/grouping/operations.ts';
import { pathSegments } from '../../../src/lib/path-segments.ts';

const call = (body: unknown, target = '/graphql') => ({
  target,
  body: [Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))],
});

describe('the operation of a GraphQL request', () => {
  test.each([
    [
      'is the one that it names',
      { operationName: 'GetUser', query: 'query GetUser { a } query Other { b }' },
      'GetUser',
    ],
    ['is the only one of the document', { query: 'query GetUser($id: ID!) { user(id: $id) { name } }' }, 'GetUser'],
    ['may be a mutation', { query: 'mutation AddUser { add { id } }' }, 'AddUser'],
    ['may be a subscription', { operationName: null, query: 'subscription OnUser { user { id } }' }, 'OnUser'],
    ['stands beside fragments', { query: 'fragment F on User { query } query GetUser { ...F }' }, 'GetUser'],
    ['is not in a comment', { query: '# query Wrong { a }\nquery GetUser { a }' }, 'GetUser'],
    ['is not in a text', { query: 'query GetUser { a(text: "} query Wrong {") }' }, 'GetUser'],
    ['is not in a block text', { query: 'query GetUser { a(text: """ } query "Wrong" { \\""" """) }' }, 'GetUser'],
    ['has no name', { query: '{ me { name } }' }, undefined],
    ['has no name though it says query', { query: 'query { me { name } }' }, undefined],
    ['is not said where there are several', { query: 'query A { a } query B { b }' }, undefined],
    ['is that of a batch of the same', [{ operationName: 'A' }, { operationName: 'A' }], 'A'],
    ['is not that of a batch of others', [{ operationName: 'A' }, { operationName: 'B' }], undefined],
    ['is no name that GraphQL would not have', { operationName: 'Get User' }, undefined],
    ['is no name that never ends', { operationName: 'A'.repeat(65) }, undefined],
    ['is no object', { operationName: { name: 'A' } }, undefined],
    ['may be the body itself', 'query GetUser { a }', 'GetUser'],
    ['is none where the body is nonsense', '\u0000{{{', undefined],
    ['is none where the body is a number', '7', undefined],
  ])('%s', (_, body, name) => {
    expect(graphqlOperation(call(body))).toBe(name);
  });

  test('is in the query of a request without a body', () => {
    const ask = (target: string) => graphqlOperation({ target, body: [] });
    expect(ask('/graphql?operationName=GetUser&extensions=%7B%7D')).toBe('GetUser');
    expect(ask('/graphql?query=query+GetUser%7Ba%7D')).toBe('GetUser');
    expect(ask('/graphql')).toBeUndefined();
  });

  test('is not looked for in a body that is too long', () => {
    expect(graphqlOperation(call({ operationName: 'A', variables: 'x'.repeat(64 * 1024) }))).toBeUndefined();
  });

  test('never throws, and is a name if anything', () => {
    const document = fc.string({ unit: fc.constantFrom('query ', 'A', ' { ', ' } ', '"', '"""', '#', '\n', '\\') });
    fc.assert(
      fc.property(fc.oneof(fc.json(), document, fc.string()), (text) => {
        const name = graphqlOperation(call(text)) ?? rpcOperation(call(text), 'method') ?? 'none';
        expect(name).toMatch(/^[\w.:/$-]{1,64}$/);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the operation of an RPC call', () => {
  test.each([
    ['is its method', { jsonrpc: '2.0', id: 1, method: 'user.get', params: {} }, 'method', 'user.get'],
    ['is another member, if that is said', { action: 'ListUsers' }, 'action', 'ListUsers'],
    ['is that of a batch of the same', [{ method: 'a' }, { method: 'a' }], 'method', 'a'],
    ['is not that of a batch of others', [{ method: 'a' }, { method: 'b' }], 'method', undefined],
    ['is none where the member is missing', { id: 1 }, 'method', undefined],
    ['is no text that a name can not be', { method: 'a b' }, 'method', undefined],
    ['is none where nothing was sent', '', 'method', undefined],
  ])('%s', (_, body, field, name) => {
    expect(rpcOperation(call(body), field)).toBe(name);
  });
});

describe('which paths name operations in the body', () => {
  const paths = new OperationPaths([{ path: '/api/:version/call', field: 'action' }]);

  test.each([
    ['/graphql', [], 'by_graphql'],
    ['/v1/graphql?x=1', [], 'by_graphql'],
    ['/query', ['content-type', 'application/graphql'], 'by_graphql'],
    ['/query', ['Accept', 'application/graphql'], 'by_head'],
    ['/rpc', [], 'by_rpc'],
    ['/a/jsonrpc', [], 'by_rpc'],
    ['/json-rpc', [], 'by_rpc'],
    ['/api/2/call', [], 'by_rpc'],
    ['/api/2/calls', [], 'by_head'],
    ['/graphql/schema', [], 'by_head'],
    ['/', [], 'by_head'],
  ])('%s with %j: %s', (target, fields, named) => {
    expect(paths.named(pathSegments(target), fields)).toBe(named);
  });

  test('the member is as configured, or that of JSON-RPC', () => {
    expect(paths.field(['api', '1', 'call'])).toBe('action');
    expect(paths.field(['rpc'])).toBe('method');
  });
});
