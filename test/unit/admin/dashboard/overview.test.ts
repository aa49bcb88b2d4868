import { describe, expect, test } from 'vitest';
import { rehearsalsBefore } from '../../../../src/admin/dashboard/pages/overview/rehearsal-before.ts';
import { gravest, harmIn, paceOf } from '../../../../src/admin/dashboard/pages/overview/verdict-facts.ts';
import { troublesOf } from '../../../../src/admin/dashboard/pages/troubles.ts';
import type { CheckResult, NeedResult, RouteVerdict } from '../../../../src/results/verdict.ts';
import { rehearsal } from '../../../support/flushes.ts';
import { calm } from '../results.ts';

function route(name: string, changes: Partial<RouteVerdict> = {}): RouteVerdict {
  return {
    route: name,
    verdict: 'inconclusive',
    exchanges: 10,
    mismatches: 0,
    accepted: 0,
    reasons: [`${name}: why`],
    checks: [],
    needs: [],
    ...changes,
  };
}

function check(name: CheckResult['check'], state: CheckResult['state']): CheckResult {
  const counts = { worse: 1, better: 0, exchanges: 10, evidence: 1, alarm: 3 };
  return { check: name, state, ...counts, between: [0, 1], detail: '' };
}

describe('verdict', () => {
  test('of a regression are told the routes with harm, then what makes the measurement doubtful', () => {
    const routes = [route('a'), route('b', { verdict: 'regression' }), route('c', { verdict: 'pass' })];
    expect(harmIn({ routes, faults: [{ name: 'no_data', detail: 'nothing was judged' }] })).toEqual([
      'b: why',
      'nothing was judged',
    ]);
  });

  test('the gravest need is the one that more exchanges may not meet, then the one that takes most of them', () => {
    const need = (exchanges?: number): NeedResult => ({
      what: 'exchanges',
      detail: '',
      ...(exchanges !== undefined && { exchanges }),
    });
    expect(gravest([need(5), need(90), need(20)])).toEqual(need(90));
    expect(gravest([need(5), need(), need(20)])).toEqual(need());
    expect(gravest([])).toBeUndefined();
  });

  test('a route is slower where that is proven, and in doubt where its times still need something', () => {
    const pace = paceOf([
      {
        service: 'shop',
        routes: [
          route('slow', { checks: [check('tail', 'harm')], needs: [{ what: 'latency', detail: '' }] }),
          route('wrong', { checks: [check('difference', 'harm')] }),
          route('doubt', { needs: [{ what: 'latency', detail: '' }] }),
          route('never asked', { exchanges: 0, needs: [{ what: 'latency', detail: '' }] }),
        ],
      },
    ]);
    expect(pace).toEqual({ slow: [{ service: 'shop', route: 'slow' }], even: 1, open: 1 });
  });
});

describe('rehearsals', () => {
  const row = (service: string, version: string, state: 'present' | 'earlier' = 'earlier') => ({
    ...rehearsal({ service, version }),
    ...{ state, requests: 1 },
  });
  const rows = [
    row('orders', '3', 'present'),
    row('orders', '2'),
    row('orders', '1'),
    row('users', '9', 'present'),
    row('users', '8'),
    row('plain', '1', 'present'),
  ];
  const namesBefore = (shown?: string) =>
    rehearsalsBefore(rows, shown).map(({ service, version }) => `${service} ${version}`);

  test('what is new is new since the rehearsal before the one that is shown, of each service', () => {
    expect(namesBefore()).toEqual(['orders 2', 'users 8']);
    expect(namesBefore(rows[1]!.id)).toEqual(['orders 1']);
    expect(namesBefore('9')).toEqual(['users 8']);
    expect(namesBefore(rows[2]!.id)).toEqual([]);
    expect(namesBefore('nobody')).toEqual([]);
  });
});

describe('mirror', () => {
  const NOW = 10 * 3_600_000;
  const well = { process: calm, mirror: { enabled: true, paused: [] }, now: NOW };
  const breakers = [
    { service: 'shop', role: 'shadow', state: 'open' },
    { service: 'shop', role: 'control', state: 'half_open' },
  ] as const;

  test('is healthy where nothing is wrong', () => {
    expect(
      troublesOf({
        ...well,
        breakers: breakers.map((each) => ({ ...each, state: 'closed' })),
        losses: [{ service: 'shop', shed: 0.005 }],
      }),
    ).toEqual([]);
  });

  test('says of everything that keeps it from its work', () => {
    const process = {
      ...calm,
      ready: { ok: false, reasons: ['edge-0 is starting'] },
      recorder: {
        ...calm.recorder,
        status: 'degraded',
        detail: 'the disk is full',
        pendingRequests: 7,
        lastDamage: 'cut',
      },
      threads: [{ name: 'compare-0', status: 'failing', restarts: 4, lastDeath: 'RangeError' }],
      reading: { status: 'failing', failures: 1, lastFailure: { since: NOW, at: NOW, why: 'the page is torn' } },
      configLastError: 'bad key',
    } as const;
    const paused = [
      { cause: 'event_loop_lag', since: 0, edges: 2 },
      { cause: 'primary_p99', service: 'shop', since: 0, edges: 1 },
    ] as const;
    const troubles = troublesOf({
      process,
      mirror: { enabled: false, paused },
      breakers,
      losses: [{ service: 'shop', shed: 0.2 }],
      now: NOW,
    })
      .flatMap(({ what, why = '' }) => [what, why])
      .join('\n');
    for (const said of [
      'The mirror is switched off',
      'edge-0 is starting',
      'RangeError',
      '7 requests wait in memory.',
      'the disk is full',
      'cut',
      'bad key',
      'the page is torn',
      'shadow of shop is open',
      'control of shop is half open',
      '20.0% of the copies of shop were lost.',
      '2 edge threads can’t keep up',
      'the primary of shop is slow',
    ]) {
      expect(troubles).toContain(said);
    }
  });

  test('loses nothing for ever: what was lost long ago is told as over, after what is bad now', () => {
    const lostAt = (at: number) => ({
      ...calm,
      configLastError: 'bad key',
      recorder: {
        ...calm.recorder,
        droppedExamples: 1,
        examplesDroppedAt: at,
        damages: 1,
        lastDamage: 'cut',
        lastDamageAt: at,
      },
    });
    const of = (at: number) =>
      troublesOf({ ...well, process: lostAt(at), breakers: [] }).map(({ what, until }) => [what, until]);
    expect(of(NOW - 14 * 60_000).map(([, until]) => until)).toEqual([undefined, undefined, undefined]);
    const past = NOW - 16 * 60_000;
    expect(of(past)).toEqual([
      ['The newest configuration does not work; the one before is in force.', undefined],
      ['1 example dropped.', past],
      ['Results were lost or set aside.', past],
    ]);
  });

  test('is healthy once results can be read again, and tells until when they could not', () => {
    const lastFailure = { since: 1, at: 2, why: 'the page is torn' };
    const process = { ...calm, reading: { status: 'read', failures: 3, lastFailure } } as const;
    expect(troublesOf({ ...well, process, breakers: [] })).toEqual([
      { what: 'Results could not be read.', why: 'the page is torn', since: 1, until: 2 },
    ]);
  });
});
