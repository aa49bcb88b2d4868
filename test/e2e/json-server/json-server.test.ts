import { Client } from 'undici';
import { expect, test } from 'vitest';
import type { SignatureReport } from '../../../src/results/examples.ts';
import type { Report } from '../../../src/results/report.ts';
import {
  CLEAN_ROUTES,
  FINDINGS,
  FRAMEWORK_HEADERS,
  IDENTICAL,
  OTHER_CONTENT,
} from '../../fixtures/json-server/expected.ts';
import { settled } from '../../support/metrics.ts';
import { runUnderstudy, startUnderstudy } from '../../support/understudy.ts';
import { startJsonServer } from './versions.ts';

const ROUTES = [
  { name: 'home', match: { path: '/' } },
  { name: 'favicon', match: { path: '/favicon.ico' } },
  { name: 'posts', match: { path: '/posts' } },
  { name: 'post', match: { path: '/posts/:id' } },
  { name: 'nested-comments', match: { path: '/posts/:id/comments' } },
  { name: 'comments', match: { path: '/comments' } },
  { name: 'comment', match: { path: '/comments/:id' } },
  { name: 'authors', match: { path: '/authors' } },
  { name: 'author', match: { path: '/authors/:id' } },
  { name: 'seats', match: { path: '/seats' } },
  { name: 'seat', match: { path: '/seats/:id' } },
  { name: 'theatre', match: { path: '/theatre' } },
];

/** The same as `OTHER_CONTENT`, by their endpoints. */
const OTHER_ENDPOINTS = ['GET /', 'GET /favicon.ico'];

/** Much, so that a busy machine changes nothing in what is found. */
const BUDGET = '10s';
const REQUESTS = [...FINDINGS.flatMap(({ requests }) => requests), ...IDENTICAL];
const ROUNDS = 3;

test('the report names what differs between two released versions, a row for each cause, and nothing else', async () => {
  const store = await rehearse({ routes: ROUTES, compare: { budget: BUDGET, ignoreHeaders: FRAMEWORK_HEADERS } });
  const { signatures, routes, totals } = await reportOf(store);

  expect(signatures.map((signature) => describe(signature)).toSorted()).toEqual(
    FINDINGS.map(({ route, statuses, places, requests }) =>
      row(route, statuses, places, requests.length * ROUNDS),
    ).toSorted(),
  );
  const clean = routes.filter(({ state }) => state === 'clean').map(({ route }) => route);
  expect(clean.toSorted()).toEqual(CLEAN_ROUTES);
  expect(totals).toMatchObject({
    requests: REQUESTS.length * ROUNDS,
    outcomes: expect.arrayContaining([{ ending: 'match', count: IDENTICAL.length * ROUNDS }]),
    signatures: FINDINGS.length,
    failures: 0,
  });

  // Each row has an example from which its cause can be read.
  for (const { route, statuses, places, requests } of FINDINGS) {
    const expected = row(route, statuses, places, requests.length * ROUNDS);
    const example = signatures.find((signature) => describe(signature) === expected)?.example;
    expect(requests).toContain(`${example?.method} ${example?.target}`);
  }
  const seat = signatures.find(({ route, primaryStatus }) => route === 'seat' && primaryStatus === 200);
  expect(seat?.example?.differences).toContainEqual(
    expect.objectContaining({ path: 'status', kind: 'status', left: '200', right: '404' }),
  );
  expect(seat?.example?.differences).toContainEqual(
    expect.objectContaining({ path: '$.error', kind: 'added', right: '"Not Found"' }),
  );
});

test('where nothing is ignored, the other web framework is a single row of an otherwise identical route', async () => {
  const store = await rehearse({ routes: ROUTES, compare: { budget: BUDGET } });
  // The charset that one of them names beside JSON says nothing (RFC 8259, section 11).
  const differing = FRAMEWORK_HEADERS.filter((name) => name !== 'content-type');
  const headers = differing.map((name) => `header header.${name}`);
  for (const route of CLEAN_ROUTES) {
    const { signatures, totals } = await reportOf(store, '--route', route);
    expect(signatures.map((signature) => describe(signature))).toEqual([
      row(route, [200, 200], headers, totals.requests),
    ]);
  }
});

test('without any routes the same is found, on routes that are named after the endpoints', async () => {
  // A path has a name from its first success on.
  const found = FINDINGS.toSorted((one, other) => one.statuses[0] - other.statuses[0]);
  const lines = [...IDENTICAL, ...found.flatMap(({ requests }) => requests)];
  const store = await rehearse({ compare: { budget: BUDGET, ignoreHeaders: FRAMEWORK_HEADERS } }, lines);
  const { signatures, totals } = await reportOf(store);

  const expected = new Map<string, number>();
  for (const { route, statuses, places, requests } of FINDINGS) {
    for (const line of requests) {
      const name = route === 'default' ? route : endpointOf(line);
      const key = JSON.stringify([name, statuses, places]);
      expected.set(key, (expected.get(key) ?? 0) + ROUNDS);
    }
  }
  const rows = [...expected].map(([key, count]) => {
    const [name, statuses, places] = JSON.parse(key) as [string, number[], string[]];
    return row(name, statuses, places, count);
  });
  expect(signatures.map((signature) => describe(signature, OTHER_ENDPOINTS)).toSorted()).toEqual(rows.toSorted());
  expect(totals.requests).toBe(lines.length * ROUNDS);
});

function endpointOf(line: string): string {
  return line.replace(/\?.*/, '').replaceAll(/\/\d+/g, '/:id');
}

/** Sends the recorded requests through Understudy, with 0.17 as the primary and 1.0 as the shadow; the store of results. */
async function rehearse(config: Readonly<Record<string, unknown>>, lines = REQUESTS): Promise<string> {
  const [primary, shadow] = await Promise.all([startJsonServer('0.17'), startJsonServer('1.0')]);
  const understudy = await startUnderstudy({ primary, shadow, ...config });
  const client = new Client(`http://127.0.0.1:${understudy.port}`);
  for (const line of Array.from({ length: ROUNDS }, () => lines).flat()) {
    const [method, path] = line.split(' ');
    const { body } = await client.request({ method: method!, path: path!, headers: { 'accept-encoding': 'gzip' } });
    await body.dump();
  }
  await client.close();
  await settled(understudy.adminPort, lines.length * ROUNDS);
  expect(await understudy.stop()).toBe(0);
  return understudy.store;
}

async function reportOf(store: string, ...args: readonly string[]): Promise<Report> {
  const { code, stdout, stderr } = await runUnderstudy(['report', '--json', '--store', store, ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
}

function describe(
  { route, primaryStatus, shadowStatus, places, count }: SignatureReport,
  otherContent: readonly string[] = OTHER_CONTENT,
): string {
  const named = places.map(({ path, kind }) =>
    otherContent.includes(route) && !/^(header\.|status$)/.test(path) ? 'body' : `${kind} ${path}`,
  );
  return row(route, [primaryStatus, shadowStatus], [...new Set(named)], count);
}

function row(route: string, statuses: readonly number[], places: readonly string[], count: number): string {
  return `${route}: ${statuses.join(' → ')}: ${places.toSorted().join(', ')} (${count})`;
}
