import { expect, test } from 'vitest';
import { gateText, verdictLines } from '../../../src/cli/verdict-text.ts';
import type { ServiceVerdict, Verdict } from '../../../src/results/verdict.ts';

const PROOF = 'plays: $.items[*] (removed) differs in 935 of 1,159 exchanges and never in the control alone';

function verdictOf(...services: Partial<ServiceVerdict>[]): Verdict {
  const usual: ServiceVerdict = {
    service: 'default',
    rehearsal: 'r1',
    verdict: 'inconclusive',
    reasons: [],
    faults: [],
    expected: [],
    requests: 1300,
    exchanges: 1200,
    covered: 0.992,
    shed: 0.001,
    skipped: 0.03,
    unsampled: 0,
    paused: 0,
    routes: [],
  };
  const all = services.map((service) => ({ ...usual, ...service }));
  return { schemaVersion: 1, verdict: all[0]!.verdict, generatedAt: 0, services: all };
}

test('a regression is told in three short lines: what is proven, what it rests on, and what else there is', () => {
  const reasons = [`${PROOF}; E = 3·10^8, alarm at 4,000`, `seats: ${'slow '.repeat(40)}; E = 1`, 'home: c'];
  const lines = verdictLines(verdictOf({ verdict: 'regression', reasons }), 100);
  expect(lines).toEqual([
    `Verdict: regression. ${PROOF}`,
    'Judged: 1,200 exchanges, 99.2% on routes that pass; of 1,300 requests 0.1% lost, 3.0% skipped',
    expect.stringMatching(/^Also: seats: (slow )+(s|sl|slo|slow)?…; 1 more: see gate$/),
  ]);
  expect(Math.max(...lines.slice(1).map((line) => line.length))).toBeLessThanOrEqual(100);
});

test('the share that came while mirroring was paused is told', () => {
  const [, basis] = verdictLines(verdictOf({ paused: 0.125 }), 100);
  expect(basis).toMatch(/ 0\.1% lost, 3\.0% skipped, 12\.5% while mirroring was paused$/);
});

test('what is inconclusive says what is still needed, however much is not certain', () => {
  const reasons = ['home: it has 20 exchanges; that at most 1 % fail is not certain; about 80 more exchanges: 4 min'];
  const [answer, , rest] = verdictLines(verdictOf({ reasons }), 100);
  expect(answer).toBe('Verdict: inconclusive. home: it has 20 exchanges; about 80 more exchanges: 4 min');
  expect(rest).toBe('Also: nothing.');
});

test('of several services each has its three lines, with its name and version', () => {
  const lines = verdictLines(verdictOf({ service: 'orders', version: '2.4.0' }, { service: 'users' }), 100);
  expect([lines.length, lines[0], lines[3]]).toEqual([
    6,
    'Verdict of orders (version 2.4.0): inconclusive',
    'Verdict of users: inconclusive',
  ]);
});

test('the gate has the reasons whole, and the names of several services', () => {
  const reason = `${PROOF}; E = 3·10^8, alarm at 4,000`;
  const text = gateText(
    verdictOf({ service: 'orders', verdict: 'regression', reasons: [reason] }, { service: 'users' }),
  );
  expect(text).toContain(`Verdict of orders: regression. ${reason}\n`);
  expect(text).toContain('Verdict of users: inconclusive\n');
});
