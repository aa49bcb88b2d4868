/** What two services have recorded, as all that show results tell it: one has a shadow that is right, the other one that is wrong. */
import { expect, test } from 'vitest';
import type { Report } from '../../../src/results/report.ts';
import { settled } from '../../support/metrics.ts';
import { startHttpOrigin } from '../../support/origin.ts';
import { runUnderstudy, startUnderstudy } from '../../support/understudy.ts';

async function saying(body: () => unknown): Promise<string> {
  const { port } = await startHttpOrigin((_request, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body()));
  });
  return `http://127.0.0.1:${port}`;
}

test('report, API and metrics tell two routes of one name apart by their services', async () => {
  const right = () => ({ total: 1, name: 'a' });
  let wrong: object = { total: 2, name: 'a' };
  const primary = await saying(right);
  const { port, adminPort, store } = await startUnderstudy({
    services: {
      orders: { primary, shadow: { url: await saying(right), version: '2.4.0' } },
      users: { primary, shadow: { url: await saying(() => wrong), version: '2.4.0' } },
      plain: { primary },
    },
    routes: ['orders', 'users', 'plain'].map((service) => ({
      name: 'read',
      service,
      match: { path: `/${service}/:id` },
    })),
    store: { path: './understudy.db', flushInterval: '50ms' },
  });
  const ask = async (times: number) => {
    for (let time = 0; time < times; time++)
      for (const path of ['orders/1', 'users/1', 'plain/1'])
        await (await fetch(`http://127.0.0.1:${port}/${path}`)).bytes();
  };
  const admin = `http://127.0.0.1:${adminPort}`;
  const api = async (path: string) => (await (await fetch(`${admin}/api/v1/${path}`)).json()) as Answers;
  const recorded = async (service: string) =>
    (await api(`routes?service=${service}`)).routes.reduce((sum, { requests }) => sum + requests, 0);

  await ask(5);
  await expect.poll(() => recorded('users'), { timeout: 10_000 }).toBe(5);
  const before = (await api('rehearsals?service=users')).rehearsals[0]!.id;
  const begun = await fetch(`${admin}/api/v1/rehearsals`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ service: 'users', label: 'next' }),
  });
  expect(begun.status).toBe(201);
  wrong = { total: 1, name: 'b' };
  await ask(3);
  await expect.poll(() => recorded('users'), { timeout: 10_000 }).toBe(3);
  for (const service of ['orders', 'plain']) await expect.poll(() => recorded(service), { timeout: 10_000 }).toBe(8);

  const outcomes = (row: { outcomes: readonly { ending: string; count: number }[] }) =>
    row.outcomes.map(({ ending, count }) => `${count} ${ending}`).join();
  expect((await api('routes')).routes.map((row) => `${row.service} ${row.route}: ${outcomes(row)}`)).toEqual([
    'orders read: 8 match',
    'plain read: 8 skipped:no_shadow',
    'users read: 3 mismatch',
  ]);
  expect((await api('signatures?service=orders')).signatures).toEqual([]);
  const [signature] = (await api('signatures')).signatures;
  expect(signature).toMatchObject({ service: 'users', route: 'read', places: [{ path: '$.name' }] });

  const now = await settled(adminPort, 24);
  expect(now.sum('understudy_differences_total', { service: 'users', route: 'read' })).toBe(8);
  expect(now.sum('understudy_differences_total', { service: 'orders', route: 'read' })).toBe(0);
  expect(now.sum('understudy_leg_duration_seconds_count', { service: 'orders', route: 'read', leg: 'shadow' })).toBe(8);

  const all = await runUnderstudy(['report', '--store', store]);
  expect(all.stdout).toMatch(/^orders +read +8 +8 /m);
  expect(all.stdout).toMatch(/^users +read +3 +0 +0 +0 +3 /m);
  expect(all.stdout).toContain('The service plain is not mirrored: it has no shadow.');
  expect(all.stdout).toMatch(/^1\. read of users, status 200: 3 times\n +\$\.name has another value: "a" → "b"$/m);
  const asked = ['--service', 'users', '--route', 'read', '--against', before, '--json'];
  const users = JSON.parse((await runUnderstudy(['report', '--store', store, ...asked])).stdout) as Report;
  expect(users).toMatchObject({
    service: 'users',
    totals: { requests: 3, mismatches: 3 },
    rehearsal: { service: 'users', label: 'next' },
    comparison: {
      against: { id: before },
      new: [{ service: 'users', count: 3, places: [{ path: '$.name' }] }],
      gone: [{ service: 'users', count: 5, places: [{ path: '$.total' }] }],
      still: [],
    },
  });
});

interface Answers {
  readonly routes: Report['routes'];
  readonly signatures: Report['signatures'];
  readonly rehearsals: Report['rehearsals'];
}
