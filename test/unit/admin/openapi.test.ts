import { describe, expect, test } from 'vitest';
import { caller, endpointsOf } from './caller.ts';

type Operation = {
  readonly operationId: string;
  readonly security?: unknown;
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Readonly<Record<string, unknown>>;
};

const { value: description } = await caller()('GET', '/api/v1/openapi.json');
const paths = description.paths as Record<string, Record<string, Operation>>;
const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

describe('OpenAPI description', () => {
  test('has every endpoint of the router, and no other', () => {
    const described = operations.map(({ method, path }) => `${method} ${path}`);
    const routed = endpointsOf().map(({ method, path }) => `${method} ${path}`);
    expect(described.sort()).toEqual(routed.sort());
  });

  test('names each operation once', () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('getSignaturesById');
  });

  test('declares every parameter of a path', () => {
    for (const { path, operation } of operations) {
      const declared = operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect(declared).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    }
  });

  test('declares the filters of signatures', () => {
    const { parameters } = operations.find(({ path }) => path === '/api/v1/signatures')!.operation;
    expect(parameters.map(({ name }) => name)).toEqual(['service', 'rehearsal', 'route', 'ending', 'limit']);
  });

  test('says who needs the token', () => {
    const open = operations.filter(({ operation }) => operation.security !== undefined);
    expect(open.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /api/v1/session',
      'POST /api/v1/session',
      'DELETE /api/v1/session',
      'GET /livez',
      'GET /readyz',
    ]);
    for (const { path, operation } of operations) {
      const isOpen = open.some((each) => each.operation === operation);
      if (path !== '/api/v1/session') expect('401' in operation.responses, path).toBe(!isOpen);
    }
  });
});
