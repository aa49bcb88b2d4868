import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RouteLog } from '../../../src/grouping/route-log.ts';
import { RouteNames } from '../../../src/grouping/route-names.ts';
import { pathSegments } from '../../../src/lib/path-segments.ts';
import { MAX_ROUTES } from '../../../src/model/route.ts';
import { rowAt } from '../../support/rows.ts';

const LIMIT = 100;

/** Several threads that share a log, and the row of the default route. */
function threads(count = 1) {
  const memory = RouteLog.allocate();
  const join = () => new RouteNames(new RouteLog(memory));
  const main = join();
  const owner = main.configured(['default'])![0]!;
  const all = Array.from({ length: count }, join);
  return { memory, main, owner, all, join };
}

function learner(limit = LIMIT) {
  const { main, owner } = threads();
  const row = (line: string) => {
    const [method, path] = line.split(' ') as [string, string];
    return main.path(owner, method, pathSegments(path), 'by_head', limit);
  };
  return { main, owner, row, name: (line: string) => main.info(row(line)).name };
}

const names = (routes: RouteNames) => [
  ...new Set(routes.all().flatMap((info) => (info === undefined ? [] : [info.name]))),
];
const words = (count: number, prefix = '') =>
  Array.from(
    { length: count },
    (_, index) => `${prefix}${String.fromCharCode(97 + Math.floor(index / 20), 103 + (index % 20))}`,
  );

describe('a path that is seen for the first time', () => {
  test.each([
    ['GET /', 'GET /'],
    ['GET /users', 'GET /users'],
    ['POST /users', 'POST /users'],
    ['GET /users/17', 'GET /users/:id'],
    ['GET /users/17/orders/550e8400-e29b-41d4-a716-446655440000?x=1', 'GET /users/:id/orders/:id'],
    ['GET /api/v2/users/ann@example.test', 'GET /api/v2/users/:id'],
    ['GET //users/./17;v=1', 'GET /users/:id'],
    ['GET /:id', 'GET /:id'],
    ['GET /a/b/c/d/e/f/g/h', 'GET /a/b/c/d/e/f/g/h'],
    ['GET /a/b/c/d/e/f/g/h/i/j/k', 'GET /a/b/c/d/e/f/g/h/*'],
  ])('%s is %s', (line, expected) => {
    expect(learner().name(line)).toBe(expected);
  });

  test('has the row of all that are named the same', () => {
    const { row } = learner();
    expect(row('GET /users/1')).toBe(row('GET /users/2'));
    expect(row('GET /users/1')).not.toBe(row('DELETE /users/1'));
    expect(row('GET /a/b/c/d/e/f/g/h/1')).toBe(row('GET /a/b/c/d/e/f/g/h/i/j'));
  });
});

describe('segments with many values', () => {
  test('become ids, and what was counted before has the new name', () => {
    const { main, row } = learner();
    const first = row('GET /wiki/apple');
    const rows = words(60).map((word) => row(`GET /wiki/${word}`));
    expect(main.info(first).name).toBe('GET /wiki/:id');
    expect(new Set(rows.map((each) => main.info(each).name))).toEqual(new Set(['GET /wiki/:id']));
    expect(names(main)).toEqual(['default', 'GET /wiki/:id']);
  });

  test('are fewer where they look like names of things', () => {
    const { main, row } = learner();
    for (const word of words(12)) row(`GET /products/blue-${word}-shirt`);
    expect(names(main)).toEqual(['default', 'GET /products/:id']);
  });

  test('are not what has ids below it: collections stay, beside anything that is there once', () => {
    const { main, row, name } = learner();
    for (const path of ['users', 'orders', 'users/1', 'orders/1']) row(`GET /v1/${path}`);
    for (const word of words(60)) row(`GET /v1/${word}`);
    expect(names(main).toSorted()).toEqual(
      [
        'default',
        'GET /v1/:id',
        'GET /v1/orders',
        'GET /v1/orders/:id',
        'GET /v1/users',
        'GET /v1/users/:id',
      ].toSorted(),
    );
    expect(name('GET /v1/users')).toBe('GET /v1/users');
    expect(name('GET /v1/invoices')).toBe('GET /v1/:id');
  });

  test('become ids with all that is below them', () => {
    const { main, row, name } = learner();
    for (const word of words(60)) {
      row(`GET /${word}`);
      row(`GET /${word}/orders/7`);
      row(`POST /${word}/orders`);
    }
    expect(names(main).toSorted()).toEqual(['GET /:id', 'GET /:id/orders/:id', 'POST /:id/orders', 'default']);
    expect(name('GET /unseen/orders/8')).toBe('GET /:id/orders/:id');
    expect(main.automatic).toBe(3);
  });

  test('may be collections themselves, when there are too many of them', () => {
    const { main, row } = learner(500);
    for (const word of words(70)) row(`GET /tags/${word}/2`);
    expect(names(main)).toEqual(['default', 'GET /tags/:id/:id']);
  });
});

describe('more names than there may be', () => {
  const crowded = () => {
    const made = learner(20);
    const lines = ['a', 'b', 'c', 'd'].flatMap((area) => words(4, area).map((word) => `GET /${area}/${word}`));
    for (const line of [...lines, 'GET /x', 'GET /y', 'GET /z', 'GET /w']) made.row(line);
    return made;
  };

  test('what has no place is counted together', () => {
    const { main, name, row } = crowded();
    expect(main.automatic).toBe(20);
    expect(name('GET /e/one')).toBe('other');
    expect(row('GET /f')).toBe(row('POST /g/1'));
    expect(name('GET /a/aag')).toBe('GET /a/aag');
  });

  test('make ids of the widest crowd first', () => {
    const { main, row, name } = learner(20);
    for (const word of words(15)) row(`GET /wiki/${word}`);
    for (const word of words(5)) row(`GET /${word}`);
    expect(main.automatic).toBe(20);
    expect(name('GET /health')).toBe('GET /health');
    expect(name('GET /wiki/ag')).toBe('GET /wiki/:id');
    expect(main.automatic).toBe(7);
  });

  test('the names of one route that chose to be grouped are its own', () => {
    const { main, owner } = threads();
    const shop = main.configured(['shop'])![0]!;
    const name = (row: number) => main.info(rowAt(row)).name;
    expect(name(main.path(shop, 'GET', ['items', '1'], 'by_head', 2))).toBe('shop GET /items/:id');
    expect(name(main.path(owner, 'GET', ['items', '1'], 'by_head', 2))).toBe('GET /items/:id');
    expect(name(main.path(shop, 'GET', ['cart'], 'by_head', 2))).toBe('shop other');
    expect(main.info(main.path(shop, 'GET', ['cart'], 'by_head', 2)).owner).toBe(shop);
  });
});

describe('operations', () => {
  test('are routes of their own, and go along when their path becomes an id', () => {
    const { main, row } = learner();
    const path = (tenant: string) => row(`POST /${tenant}/graphql`);
    const [first, second] = [path('acme'), path('globex')].map((parent) => main.operation(parent, 'GetUser', LIMIT));
    expect(main.info(first!).name).toBe('POST /acme/graphql GetUser');
    for (const word of words(60)) path(word);
    expect(main.info(first!).name).toBe('POST /:id/graphql GetUser');
    expect(main.info(second!).name).toBe('POST /:id/graphql GetUser');
    expect(names(main)).toEqual(['default', 'POST /:id/graphql', 'POST /:id/graphql GetUser']);
  });

  test('take at most half of the names; what is more is counted with the path', () => {
    const { main, row } = learner(10);
    const graphql = row('POST /graphql');
    const rows = Array.from({ length: 50 }, (_, index) => main.operation(graphql, `Get${index}`, 10));
    expect(rows.filter((each) => each !== graphql)).toHaveLength(5);
    expect(main.operation(graphql, 'Get3', 10)).toBe(rows[3]);
  });

  test('of a template are named after it', () => {
    const { main, owner } = threads();
    const parent = main.template(owner, 'POST /api/{version}/graphql', 'by_graphql', LIMIT);
    expect(main.info(main.operation(parent, 'GetUser', LIMIT))).toMatchObject({
      name: 'POST /api/{version}/graphql GetUser',
      owner,
      named: 'by_graphql',
    });
  });
});

describe('threads that share a log', () => {
  test('know a row that another thread gave out, whatever they are asked first', () => {
    const log = RouteLog.allocate();
    const main = new RouteNames(new RouteLog(log));
    const owner = main.configured(['default'])![0]!;
    const first = () => new RouteNames(new RouteLog(log));
    expect(first().findFixed(owner, 'GET /users/:id')).toBeUndefined();
    expect(first().find(owner, 'GET', ['users', '1'])).toBeUndefined();
    const row = first().template(owner, 'GET /users/:id', 'by_head', 100);
    expect(
      first().findFixed(owner, 'GET /users/:id') ?? first().template(owner, 'GET /users/:id', 'by_head', 100),
    ).toBe(row);
    expect(first().info(row).name).toBe('GET /users/:id');
  });

  const segment = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom('users', 'orders', 'v1', 'search', '17', '42', ':id', '*') },
    { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 1, maxLength: 3 }) },
    fc.uuid(),
    fc.integer({ min: 0, max: 30 }).map((index) => `some-thing-${index}`),
  );
  const request = fc.record({
    thread: fc.nat(2),
    method: fc.constantFrom('GET', 'POST'),
    segments: fc.array(segment, { maxLength: 11 }),
    operation: fc.option(fc.constantFrom('GetUser', 'AddUser', 'Sync'), { freq: 8, nil: undefined }),
    limit: fc.constantFrom(5, 40, 100),
  });

  test('agree on all names, whoever saw what first; none forgets a row, and there are no more than allowed', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 200 }), (requests) => {
        const { all, main, owner, join } = threads(3);
        const given = requests.map(({ thread, method, segments, operation, limit }) => {
          const routes = all[thread]!;
          routes.all();
          const before = routes.automatic;
          const path = routes.path(owner, method, segments, 'by_head', limit);
          const row = operation === undefined ? path : routes.operation(path, operation, limit);
          expect(routes.automatic).toBeLessThanOrEqual(Math.max(before, limit));
          return row;
        });
        const views = [main, ...all, join()].map((routes) => routes.all().map((info) => info && { ...info }));
        const plain = views.map((view) => view.map((info) => info && { name: info.name, owner: info.owner }));
        for (const view of plain) expect(view).toEqual(plain[0]);
        for (const row of given) expect(plain[0]![row]).toBeDefined();
        const automatic = new Set(plain[0]!.flatMap((info) => info?.name ?? []));
        automatic.delete('default');
        automatic.delete('other');
        expect(main.automatic).toBe(automatic.size);
      }),
      { numRuns: 200 },
    );
  });

  test('a path is found again where it was put, or under the name that it has become part of', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 100 }), (requests) => {
        const { main, owner } = threads();
        for (const { method, segments } of requests) main.path(owner, method, segments, 'by_head', 1000);
        for (const { method, segments } of requests) {
          const row = main.find(owner, method, segments);
          expect(row).toBeDefined();
          expect(main.path(owner, method, segments, 'by_head', 1000)).toBe(row);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a route that a reload brings finds a row, however many others there are', () => {
    const { main, owner, all } = threads();
    let row = 0;
    for (let index = 0; row !== owner && index < 5 * MAX_ROUTES; index++) {
      const segments = [`a${'abcdefghij'[index % 10]}`, `b${'abcdefghij'[Math.floor(index / 10) % 10]}`, `c${index}x`];
      row = all[0]!.path(owner, 'GET', segments, 'by_head', 5 * MAX_ROUTES);
    }
    const rows = main.configured(Array.from({ length: 250 }, (_, index) => `route-${index}`))!;
    expect(new Set(rows).size).toBe(250);
    expect(rows.map((each) => main.info(each).name)).toEqual(rows.map((_, index) => `route-${index}`));
  });

  test('where no row is left, a route keeps its own, though its operations can not be told any more', () => {
    const { main, owner } = threads();
    const limit = 5 * MAX_ROUTES;
    const known = main.path(owner, 'POST', ['call'], 'by_head', limit);
    const template = main.template(owner, 'POST /other/call', 'by_head', limit);
    for (let index = 0; main.all().length < MAX_ROUTES - 256; index++) {
      main.template(owner, `GET /made/up/${index}`, 'by_head', limit);
    }
    expect(main.info(main.path(owner, 'GET', ['more'], 'by_head', limit)).name).toBe('other');
    expect(main.path(owner, 'POST', ['call'], 'by_rpc', limit)).toBe(known);
    expect(main.template(owner, 'POST /other/call', 'by_rpc', limit)).toBe(template);
    expect(main.operation(known, 'Sync', limit)).toBe(known);
  });

  test('never share a row, however often others are configured: where not all find one, none is given', () => {
    const { main } = threads();
    const names = Array.from({ length: 3_000 }, (_, index) => `route-${index}`);
    const rows = names.map((name) => main.configured([name, 'kept'])?.[0]);
    const given = rows.filter((row) => row !== undefined);
    // All but those of default and kept.
    expect(given).toHaveLength(MAX_ROUTES - 2);
    expect(new Set(given).size).toBe(given.length);
    expect(rows.slice(MAX_ROUTES)).toEqual(names.slice(MAX_ROUTES).map(() => undefined));
    expect(main.configured(names.slice(0, 250))).toEqual(rows.slice(0, 250));
    for (const [index, row] of given.entries())
      expect(main.info(row)).toMatchObject({ name: names[index], owner: row });
  });
});

describe('paths that never repeat', () => {
  const random = (state: { seed: number }) => {
    state.seed = (Math.imul(state.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return state.seed;
  };
  const word = (state: { seed: number }) => {
    let text = '';
    for (let length = 3 + ((random(state) >>> 8) % 6); length > 0; length--)
      text += String.fromCharCode(97 + ((random(state) >>> 8) % 26));
    return text;
  };

  test('a million of them leave the routes that there were, and little else', () => {
    const { main, owner, row } = learner();
    for (const line of ['GET /users', 'GET /users/1', 'GET /orders', 'GET /orders/1']) row(line);
    const state = { seed: 7 };
    for (let count = 0; count < 1_000_000; count++) {
      const segments = Array.from({ length: 1 + ((random(state) >>> 8) % 10) }, () => word(state));
      main.path(owner, count % 3 === 0 ? 'POST' : 'GET', segments, 'by_head', LIMIT);
    }
    expect(main.automatic).toBeLessThanOrEqual(LIMIT);
    expect(main.all().length).toBeLessThan(MAX_ROUTES);
    expect(names(main)).toEqual(
      expect.arrayContaining(['GET /users', 'GET /users/:id', 'GET /orders', 'GET /orders/:id']),
    );
  });
});
