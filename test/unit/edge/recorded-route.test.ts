import { describe, expect, it } from 'vitest';
import { RecordedRoutes, type RecordedUnder } from '../../../src/edge/recorded-route.ts';
import { configOf } from '../../support/config.ts';

const YAML = `
services:
  orders: {primary: "http://a.test", shadow: "http://b.test", match: {path: /orders/*}}
  users: {primary: "http://c.test", shadow: "http://d.test", match: {path: /users/*}}
routes:
  - {name: read, service: orders, match: {path: /orders/read}, compare: {rules: [{path: $.a, ignore: true}]}}
  - {name: read, service: users, match: {path: /users/read}, compare: {rules: [{path: $.b, ignore: true}]}}
`;

it('of several services that have a route of one name, that of the service counts', () => {
  const routes = new RecordedRoutes(configOf(YAML));
  const rules = (service?: string) =>
    routes
      .find({ ...(service !== undefined && { service }), route: 'read' })!
      .compare.rules.map((each) => 'path' in each && each.path);
  expect(rules('orders')).toEqual(['$.a']);
  expect(rules('users')).toEqual(['$.b']);
  expect(rules()).toEqual(['$.a']);
  expect(rules('gone')).toEqual(['$.a']);
});

it('what no route of a service takes has the settings of its default route', () => {
  const routes = new RecordedRoutes(configOf(YAML));
  const recorded = { service: 'users', route: 'GET /users/:id' };
  expect(routes.find(recorded)).toBeUndefined();
  expect(routes.comparedUnder(recorded).route).toMatchObject({ service: 'users', name: 'default' });
});

describe('a route that was configured since', () => {
  const routes = new RecordedRoutes(
    configOf(`
services:
  shop: {primary: "http://a.test", shadow: "http://b.test", match: {}}
  admin: {primary: "http://c.test", shadow: "http://d.test"}
routes:
  - {name: of-admin, service: admin, match: {path: /products/:id}}
  - {name: product, service: shop, match: {path: /products/:id, methods: [GET]}}
  - {name: in-store, service: shop, match: {path: /stock, host: store.test}}
  - {name: mobile, service: shop, match: {path: /stock, headers: {x-client: mobile}}}
  - {name: api, service: shop, match: {path: /api/*}, grouping: true}
  - {name: narrow, service: shop, match: {path: /api/users/:id}}
`),
  );
  const find = (route: string, method: string, target: string, fields: readonly string[] = ['Host', 'shop.test']) => {
    const recorded: RecordedUnder = { service: 'shop', route, request: { method, target, fields } };
    return routes.comparedUnder(recorded).route.name;
  };

  it.each([
    ['an automatic route', 'GET /products/:id'],
    ['the default route', 'default'],
    ['the rest', 'other'],
    ['a route that is gone', 'products'],
    ['a route that comes later', 'narrow'],
    ['a grouped route that comes later', 'api GET /products/:id'],
  ])('has what was recorded under %s, if it matches', (_, route) => {
    expect(find(route, 'GET', '/products/7?full=1')).toBe('product');
    expect(find(route, 'GET', '/products/~token:0123456789abcdef~')).toBe('product');
  });

  it('matches by method, host and headers as requests do', () => {
    expect(find('GET /products/:id', 'PUT', '/products/7')).toBe('default');
    expect(find('GET /stock', 'GET', '/stock', ['host', 'STORE.test:8080'])).toBe('in-store');
    expect(find('GET /stock', 'GET', '/stock', ['host', 'a', 'X-Client', 'mobile'])).toBe('mobile');
    expect(find('GET /stock', 'GET', '/stock', [])).toBe('default');
  });

  it('leaves what was recorded under a route before it there, even if what made that match is hidden', () => {
    expect(find('mobile', 'GET', '/stock', ['host', 'a', 'X-Client', '~token:0123456789abcdef~'])).toBe('mobile');
    expect(find('api GET /api/users/:id', 'GET', '/api/users/7')).toBe('api');
    expect(find('product', 'GET', '/api/users/7')).toBe('product');
  });
});
