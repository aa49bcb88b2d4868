import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/cli/report-text.ts';
import { gateText } from '../../../src/cli/verdict-text.ts';
import { buildReport, type ReportQuery } from '../../../src/results/report.ts';
import { NOON, ORDERS, ORDERS_BEFORE, twoServices, USERS, USERS_BEFORE } from '../../support/two-services.ts';

const reportOf = async (query: Omit<ReportQuery, 'now'> = {}) =>
  buildReport(await twoServices(), { ...query, now: NOON });
const textOf = async (query?: Omit<ReportQuery, 'now'>) =>
  renderReport(await reportOf(query), { width: 110, color: false });

describe('the report of several services', () => {
  it('has a row for each route of each service, and says of which it is', async () => {
    const text = await textOf();
    expect(text).toContain('3 services, 3 routes, 57 requests, 20 mismatches of 2 causes; 1 route clean');
    expect(text).toMatch(/^Services\nservice +requests .*\norders +30 +30 .*\nusers +20 +0 +0 +0 +20 .*\nplain +7 /m);
    expect(text).toMatch(
      /^Outcomes\nservice +route +requests .*\norders +read +30 +30 .*\nusers +read +20 .*\nplain +default +7 /m,
    );
    expect(text).toMatch(/^1\. read of users, status 200: 14 times\n {3}\$\.total has another value/m);
    expect(text).toContain('- name: read # the existing route\n         service: "users"');
    expect(text).toMatch(/^users +read +shadow +1 +9\.\d+ ms/m);
    expect(text).toContain('never hit: {path: $.never, ignore: true} (a.yaml:1) of orders, users');
  });

  it('says which service is not mirrored, and which rehearsal each of the others is in', async () => {
    const text = await textOf();
    expect(text).toContain('The service plain is not mirrored: it has no shadow.');
    expect(text).toContain(`Rehearsal of orders 2.4.0 (${ORDERS.id}), present`);
    expect(text).toContain(`Rehearsal of users 2.4.0 (${USERS.id}), present`);
  });

  it('names the service of each row in JSON, also where there is one alone', async () => {
    const all = await reportOf();
    expect(all.services.map(({ service, state, requests }) => [service, state, requests])).toEqual([
      ['orders', 'mirrored', 30],
      ['users', 'mirrored', 20],
      ['plain', 'not_mirrored', 7],
    ]);
    expect(all.routes.map(({ service, route, state }) => `${service} ${route} ${state}`)).toEqual([
      'orders read clean',
      'users read mismatching',
      'plain default idle',
    ]);
    expect(all.causes.map(({ service }) => service)).toEqual(['users', 'users']);
    expect(all).not.toHaveProperty('rehearsal');
    expect(all.rehearsals.map(({ id }) => id)).toEqual([ORDERS.id, USERS.id]);
    const one = await reportOf({ service: 'users' });
    expect([...one.routes, ...one.signatures, ...one.causes].map(({ service }) => service)).toEqual(
      Array(5).fill('users'),
    );
    expect(one).toMatchObject({ service: 'users', rehearsal: { id: USERS.id }, totals: { requests: 20 } });
  });

  it('is of one service where that is asked for, as the report of the only one is', async () => {
    const text = await textOf({ service: 'users' });
    expect(text).toContain('1 route, 20 requests, 20 mismatches of 2 causes; no route is clean');
    expect(text).toContain('Only the service users.');
    expect(text).toMatch(/^1\. read, status 200: 14 times/m);
    expect(text).not.toMatch(/of orders|\bplain|^Services|^service +/m);
    expect(await textOf({ service: 'plain' })).toContain('The service plain is not mirrored: it has no shadow.');
  });

  it('has the verdict of each service that has a shadow, as the gate does', async () => {
    const ofGate = gateText((await reportOf()).verdict);
    for (const text of [await textOf(), ofGate]) {
      expect(text).toMatch(
        /^Verdict of orders \(version 2\.4\.0\): inconclusive[\s\S]*^Verdict of users \(version 2\.4\.0\): /m,
      );
      expect(text).not.toContain('Verdict of plain');
    }
    expect(gateText((await reportOf({ service: 'plain' })).verdict)).toMatch(
      /^Verdict: invalid\. nothing was compared/,
    );
  });

  it('goes together with a route, a rehearsal and another to compare with', async () => {
    expect((await reportOf({ service: 'orders', route: 'read' })).totals.requests).toBe(30);
    expect((await reportOf({ route: 'read' })).totals.requests).toBe(50);
    expect((await reportOf({ route: 'read' })).services.map(({ service }) => service)).toEqual(['orders', 'users']);
    const before = { service: 'users', rehearsal: '2.3.0' };
    expect(await reportOf(before)).toMatchObject({ rehearsal: { id: USERS_BEFORE.id }, totals: { requests: 5 } });
    const { comparison } = await reportOf({ ...before, against: '2.4.0', route: 'read' });
    expect(comparison).toMatchObject({
      rehearsal: { id: USERS_BEFORE.id },
      against: { id: USERS.id },
      gone: [{ id: 's2' }],
    });
  });

  it('lists the services that there are where another is asked for', async () => {
    await expect(reportOf({ service: 'user' })).rejects.toMatchObject({
      code: 'usage',
      message: 'no service is called "user" (did you mean "users"?); allowed: orders, users, plain',
    });
  });
});

describe('a rehearsal compared with another, of several services', () => {
  it('is of the service that the other is of', async () => {
    const report = await reportOf({ against: USERS_BEFORE.id });
    expect(report.comparison).toMatchObject({
      rehearsal: { id: USERS.id, service: 'users' },
      against: { id: USERS_BEFORE.id },
      new: [{ id: 's2', service: 'users', count: 6 }],
      gone: [],
      still: [{ id: 's1', service: 'users', count: 14, before: 5 }],
    });
    const { comparison } = await reportOf({ against: ORDERS_BEFORE.id });
    expect(comparison).toMatchObject({
      rehearsal: { id: ORDERS.id },
      new: [],
      gone: [{ id: 's1', count: 4 }],
      still: [],
    });
    expect(renderReport(report, { width: 110, color: false })).toContain(
      `users, 2.4.0 (${USERS.id}) beside 2.3.0 (${USERS_BEFORE.id}), by signature:\nnew: 1 signature\n   read, 200: $.name (value); 6 times (s2)`,
    );
  });

  it('is asked for by its id where several services have that version', async () => {
    await expect(reportOf({ against: '2.3.0' })).rejects.toMatchObject({
      code: 'usage',
      message: `several services have a rehearsal "2.3.0"; allowed: one of the ids: ${ORDERS_BEFORE.id} of orders, ${USERS_BEFORE.id} of users`,
    });
    expect((await reportOf({ service: 'users', against: '2.3.0' })).comparison).toMatchObject({
      against: { id: USERS_BEFORE.id },
    });
  });
});
