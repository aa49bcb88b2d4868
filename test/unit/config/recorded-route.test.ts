import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/app/load-config.ts';
import { otherRoute, recordedRoute } from '../../../src/config/recorded-route.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const YAML = `
services:
  orders: {primary: "http://a.test", shadow: "http://b.test", match: {path: /orders/*}}
  users: {primary: "http://c.test", shadow: "http://d.test", match: {path: /users/*}}
routes:
  - {name: read, service: orders, match: {path: /orders/read}, compare: {rules: [{path: $.a, ignore: true}]}}
  - {name: read, service: users, match: {path: /users/read}, compare: {rules: [{path: $.b, ignore: true}]}}
`;

function configured() {
  const file = join(temporaryDirectory(), 'a.yaml');
  writeFileSync(file, YAML);
  const loaded = loadConfig({ file, env: {} });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

it('of several services that have a route of one name, that of the service counts', () => {
  const config = configured();
  const rules = (service?: string) =>
    recordedRoute({ ...(service !== undefined && { service }), route: 'read' }, config)!.compare.rules.map(
      ({ path }) => path,
    );
  expect(rules('orders')).toEqual(['$.a']);
  expect(rules('users')).toEqual(['$.b']);
  expect(rules()).toEqual(['$.a']);
  expect(rules('gone')).toEqual(['$.a']);
});

it('what no route of a service takes has the settings of its default route', () => {
  const config = configured();
  expect(recordedRoute({ service: 'users', route: 'GET /users/:id' }, config)).toBeUndefined();
  expect(otherRoute({ service: 'users', route: 'GET /users/:id' }, config)).toMatchObject({
    service: 'users',
    name: 'default',
  });
});
