import { describe, expect, test } from 'vitest';
import { NOON, twoServices, USERS } from '../../support/two-services.ts';
import { caller } from './caller.ts';

const asking = async () => caller({ store: await twoServices(), now: () => NOON });

/** `service route`, or the service alone. */
const names = (rows: readonly { service: string; route?: string }[]) =>
  rows.map(({ service, route }) => [service, ...(route === undefined ? [] : [route])].join(' '));

describe('the API over several services', () => {
  test('names in each row the service that it is of', async () => {
    const call = await asking();
    const get = async (path: string) => (await call('GET', `/api/v1/${path}`)).value;
    expect(names((await get('summary')).services)).toEqual(['orders', 'users', 'plain']);
    expect(names((await get('routes')).routes)).toEqual(['orders read', 'users read', 'plain default']);
    expect(names((await get('latency')).routes)).toEqual(['orders read', 'users read', 'plain default']);
    expect(names((await get('signatures')).signatures)).toEqual(['users read', 'users read']);
    expect(names((await get('causes')).causes)).toEqual(['users', 'users']);
    expect((await get('rules')).rules).toMatchObject([{ services: [{ service: 'orders' }, { service: 'users' }] }]);
    expect(await get('exchanges/x-s2-6')).toMatchObject({ service: 'users', route: 'read' });
  });

  test('gives the rows of one service alone', async () => {
    const call = await asking();
    const get = async (path: string) => (await call('GET', `/api/v1/${path}?service=users`)).value;
    expect(await get('summary')).toMatchObject({ results: { requests: 20 }, services: [{ service: 'users' }] });
    expect(names((await get('routes')).routes)).toEqual(['users read']);
    expect(names((await get('latency')).routes)).toEqual(['users read']);
    expect((await get('rules')).rules).toMatchObject([{ services: [{ service: 'users' }] }]);
    expect((await get('rehearsals')).rehearsals.map(({ id }: { id: string }) => id)[0]).toBe(USERS.id);
    expect(names((await get('rehearsals')).rehearsals)).toEqual(['users', 'users']);
    expect(await get('signatures/s2')).toMatchObject({ service: 'users', examples: [{ service: 'users' }] });
  });

  test.each([
    'summary',
    'routes',
    'latency',
    'causes',
    'signatures',
    'signatures/s1',
    'rules',
    'redactions',
    'rehearsals',
    'verdict',
  ])('lists the services that there are where %s is asked for of another', async (resource) => {
    const { status, value } = await (await asking())('GET', `/api/v1/${resource}?service=user`);
    expect(status).toBe(404);
    expect(value).toMatchObject({
      code: 'not_found',
      detail: 'no service is called "user" (did you mean "users"?); allowed: orders, users, plain',
    });
  });

  test('lists the services that there are where a rehearsal is to begin of another', async () => {
    const services = () =>
      ['orders', 'users'].map((service) => ({ service, primary: { url: 'http://a.test' }, experiments: [] }));
    const call = caller({ store: await twoServices(), services, rehearse: async () => undefined });
    const begin = async (body: object) =>
      (await call('POST', '/api/v1/rehearsals', { body: JSON.stringify(body) })).value;
    expect(await begin({ service: 'user' })).toMatchObject({
      status: 404,
      detail: 'service: found "user"; allowed: orders, users',
    });
    expect(await begin({})).toMatchObject({
      detail: 'service: found no name, and there are several; allowed: orders, users',
    });
  });

  test('describes the filter by service of everything that lists results', async () => {
    const { value } = await (await asking())('GET', '/api/v1/openapi.json');
    const listing = ['summary', 'routes', 'latency', 'causes', 'signatures', 'signatures/{id}', 'rules', 'redactions'];
    for (const path of [...listing, 'rehearsals', 'verdict']) {
      const { parameters, responses } = value.paths[`/api/v1/${path}`].get;
      expect([path, parameters.map(({ name }: { name: string }) => name)]).toEqual([
        path,
        expect.arrayContaining(['service']),
      ]);
      if (path !== 'verdict') expect(Object.keys(responses)).toContain('404');
    }
  });
});
