import { describe, expect, it, test } from 'vitest';
import { config, problems } from './support.ts';

const withFile = (document: unknown) => ({
  readFile: () => (typeof document === 'string' ? document : JSON.stringify(document)),
});
const templates = (document: unknown) =>
  config('grouping: {openapi: api.yaml}', withFile(document)).grouping.templates.map(
    ({ method = '*', path }) => `${method} ${path}`,
  );

describe('grouping', () => {
  it('is on for what no route matches, and off for routes that do not ask for it', () => {
    const { routes, grouping } = config('routes: [{name: a}, {name: b, grouping: true}]');
    expect(routes.map(({ name, grouped }) => [name, grouped])).toEqual([
      ['a', false],
      ['b', true],
      ['default', true],
    ]);
    expect(grouping).toEqual({ limit: 100, templates: [], operations: [] });
  });

  it('can be switched off', () => {
    expect(config('grouping: {enabled: false}').routes).toMatchObject([{ name: 'default', grouped: false }]);
  });

  it('takes templates with and without a method, and the members that name operations', () => {
    const text =
      'grouping: {templates: [/tags/:tag, GET /a/*], operations: [{path: /call, field: action}, {path: /x}]}';
    expect(config(text).grouping).toEqual({
      limit: 100,
      templates: [{ path: '/tags/:tag' }, { method: 'GET', path: '/a/*' }],
      operations: [
        { path: '/call', field: 'action' },
        { path: '/x', field: 'method' },
      ],
    });
  });

  test.each([
    ['grouping: {limit: 0}', 'grouping.limit: less than 1'],
    ['grouping: {limit: 501}', 'grouping.limit: more than 500'],
    ['grouping: {templates: [users]}', 'grouping.templates[0]: not a path template'],
    ['grouping: {templates: [get /users]}', 'grouping.templates[0]: not a path template'],
    ['grouping: {templates: [FETCH /users]}', 'grouping.templates[0]: not a known method'],
    ['routes: [{name: other}]', 'routes[0].name: reserved for requests beyond the largest number of routes'],
  ])('%s', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
  });
});

describe('an OpenAPI document', () => {
  it('names each operation, as YAML or JSON', () => {
    const document = {
      openapi: '3.1.0',
      paths: { '/users/{id}': { get: {}, delete: {}, parameters: [] }, '/users': { post: {} } },
    };
    const expected = ['GET /users/{id}', 'DELETE /users/{id}', 'POST /users'];
    expect(templates(document)).toEqual(expected);
    expect(templates('openapi: 3.0.3\npaths:\n  /users/{id}: {get: {}, delete: {}}\n  /users: {post: {}}\n')).toEqual(
      expected,
    );
  });

  it('has base paths: of the operation, else of the path, else of all', () => {
    const get = {};
    expect(
      templates({
        openapi: '3.0.0',
        servers: [{ url: 'https://api.example.test/v1/' }, { url: '/v2' }, { url: 'https://example.test/v1' }],
        paths: {
          '/a': { get },
          '/b': { servers: [{ url: '{base}/x', variables: { base: { default: 'rel' } } }], get },
          '/c': { get: { servers: [{ url: '//example.test' }] } },
        },
      }),
    ).toEqual(['GET /v1/a', 'GET /v2/a', 'GET /rel/x/b', 'GET /c']);
  });

  it('takes a path whose operations are elsewhere for one with any method, and leaves out what is no path', () => {
    expect(
      templates({ openapi: '3.0.0', paths: { '/a': { $ref: 'a.yaml' }, 'x-b': { get: {} }, '/c': null } }),
    ).toEqual(['* /a', '* /c']);
  });

  it('stands behind the templates that are written, which so go first', () => {
    const document = { openapi: '3.0.0', paths: { '/a/{x}': { get: {} } } };
    const { grouping } = config('grouping: {templates: [/a/:y], openapi: api.json}', withFile(document));
    expect(grouping.templates).toEqual([{ path: '/a/:y' }, { method: 'GET', path: '/a/{x}' }]);
  });

  test.each([
    [{ swagger: '2.0', paths: {} }, 'not of version 3 but 2.0'],
    [{ paths: { '/a': {} } }, 'not of version 3 but undefined'],
    [{ openapi: '3.0.0', paths: {} }, 'without paths'],
    [{ openapi: '3.0.0', paths: [1] }, 'without paths'],
    ['[]', 'not of version 3 but undefined'],
    ['a: [', 'neither YAML nor JSON'],
    ['{"a":', 'neither YAML nor JSON'],
  ])('%j is refused', (document, wrong) => {
    const [problem, ...others] = problems('grouping:\n  openapi: api.yaml', withFile(document));
    expect(problem).toContain(`a.yaml:2:12: grouping.openapi: ${wrong}`);
    expect(problem).toContain('found "api.yaml"; allowed: an OpenAPI document of version 3');
    expect(others).toEqual([]);
  });

  it('that can not be read is refused', () => {
    const wrong = (file: string) => problems(`grouping: {openapi: ${file}}`);
    expect(wrong('/nowhere/api.yaml')).toEqual([
      expect.stringContaining('cannot be read (no such file or directory); found "/nowhere/api.yaml"'),
    ]);
    expect(wrong('/')).toEqual([expect.stringContaining('cannot be read (a directory); found "/"')]);
  });
});
