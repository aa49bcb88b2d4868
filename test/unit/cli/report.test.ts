import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { renderReport } from '../../../src/cli/report-text.ts';
import { cutTo, table } from '../../../src/cli/table.ts';
import { printable, printableJson } from '../../../src/lib/printable.ts';
import type { Place } from '../../../src/model/difference.ts';
import type { StoredSignature } from '../../../src/model/store-reader.ts';
import { causesIn, groupedByCause } from '../../../src/results/causes.ts';
import type { CauseReport } from '../../../src/results/examples.ts';
import { headline } from '../../../src/results/headline.ts';
import type { Report } from '../../../src/results/report.ts';
import type { RouteResults } from '../../../src/results/results.ts';
import type { ServiceResults } from '../../../src/results/services.ts';
import { signature } from '../../support/flushes.ts';

const causesOf = (rows: readonly StoredSignature[]) => causesIn(groupedByCause(rows));

const NOON = Date.UTC(2026, 10, 3, 12);
const PLAIN = { width: 100, color: false };

function routeReport(route: string, state: RouteResults['state'], parts: Partial<RouteResults> = {}): RouteResults {
  const counted = { requests: 100, outcomes: [{ ending: 'match', count: 100 }] } as const;
  return { service: 'default', route, ...counted, latency: [], ...parts, state };
}

/** The cause of one signature, with its example. */
function causeReport({
  example,
  proposal,
  ...row
}: Partial<StoredSignature & Pick<CauseReport, 'example' | 'proposal'>> = {}): CauseReport {
  const { examples: _, ...usual } = signature();
  const [cause] = causesOf([{ service: 'default', ...usual, ...row }]);
  return { ...cause!, ...(example && { example }), ...(proposal !== undefined && { proposal }) };
}

function serviceReport(service: string, parts: Partial<ServiceResults> = {}): ServiceResults {
  return { service, state: 'mirrored', requests: 100, outcomes: [{ ending: 'match', count: 100 }], ...parts };
}

function headerPlace(name: string): Place {
  return { path: `header.${name}`, kind: 'header' };
}

function reportOf(parts: Partial<Omit<Report, 'totals'>> & { totals?: Partial<Report['totals']> } = {}): Report {
  const { totals, ...rest } = parts;
  return {
    schemaVersion: 1,
    generatedAt: NOON,
    verdict: { schemaVersion: 1, verdict: 'invalid', generatedAt: NOON, services: [] },
    window: {},
    from: NOON,
    to: NOON,
    rehearsals: [],
    services: [serviceReport('default')],
    routes: [routeReport('orders', 'clean')],
    causes: [],
    signatures: [],
    failureCauses: [],
    failures: [],
    experiments: [],
    expectedCauses: [],
    expected: [],
    fixedCauses: [],
    fixed: [],
    gaps: [],
    rules: [],
    configuredRules: 0,
    redactions: [],
    ...rest,
    totals: {
      requests: 100,
      outcomes: [],
      mismatches: 0,
      open: { mismatches: totals?.mismatches ?? 0, failures: totals?.failures ?? 0 },
      expected: 0,
      fixed: 0,
      signatures: 0,
      causes: 0,
      failures: 0,
      ...totals,
    },
  };
}

describe('the headline', () => {
  it('says what a person must know', () => {
    const routes = [routeReport('a', 'mismatching'), routeReport('b', 'clean'), routeReport('c', 'clean')];
    expect(headline(reportOf({ routes, totals: { requests: 12_300, mismatches: 41, signatures: 5, causes: 3 } }))).toBe(
      '3 routes, 12,300 requests, 41 mismatches of 3 causes; 2 routes clean',
    );
  });

  it('does not call a route clean on which nothing was compared, nor one on which the shadow failed', () => {
    const routes = [routeReport('a', 'idle'), routeReport('b', 'failing')];
    expect(headline(reportOf({ routes, totals: { failures: 1 } }))).toBe(
      '2 routes, 100 requests, no mismatches, 1 failure of the shadow; no route is clean, nothing was compared on 1 route',
    );
  });

  it('names the failures of the primary, also where nothing was compared', () => {
    const outcomes = [{ ending: 'primary_failed', count: 4 }] as const;
    const [clean, idle] = [[routeReport('a', 'clean')], [routeReport('a', 'idle')]];
    expect(headline(reportOf({ routes: clean, totals: { outcomes } }))).toBe(
      '1 route, 100 requests, 4 failures of the primary, no mismatches; 1 route clean',
    );
    expect(headline(reportOf({ routes: idle, totals: { outcomes } }))).toBe(
      '1 route, 100 requests, 4 failures of the primary; nothing was compared',
    );
  });

  it('claims nothing where nothing was compared', () => {
    const routes = [routeReport('a', 'idle'), routeReport('b', 'idle')];
    expect(headline(reportOf({ routes }))).toBe('2 routes, 100 requests; nothing was compared');
  });

  it('says when there is nothing', () => {
    expect(headline(reportOf({ routes: [], totals: { requests: 0 } }))).toBe('No requests were recorded.');
  });
});

describe('the report on a terminal', () => {
  it('lists each cause with its places in words, the values of the example, and when it was seen', () => {
    const found = causeReport({
      count: 1_200,
      shadowStatus: 500,
      firstSeen: NOON,
      lastSeen: NOON + 1_000,
      places: [
        { path: 'status', kind: 'status' },
        { path: '$.total', kind: 'value' },
        { path: '$.tax', kind: 'removed' },
        { path: 'header.etag', kind: 'header' },
      ],
      example: {
        id: 'edge-00000001',
        receivedAt: NOON,
        method: 'GET',
        target: '/orders/1',
        differences: [
          { path: 'status', kind: 'status', left: '200', right: '500' },
          { path: '$.total', kind: 'value', left: '12.5', right: '"12.50"' },
          { path: '$.tax', kind: 'removed', left: '0' },
        ],
      },
    });
    const text = renderReport(reportOf({ causes: [found], totals: { mismatches: 1_200, causes: 1 } }), PLAIN);
    expect(text).toContain(
      [
        '1. orders, status 200 → 500: 1,200 times',
        '   $.tax is missing in the shadow: 0 → (nothing)',
        '   the status differs: 200 → 500',
        '   $.total has another value: 12.5 → "12.50"',
        '   and with the body header.etag',
        '   for example GET /orders/1',
        '   each step: understudy explain edge-00000001',
        '   2026-11-03 12:00:00Z to 2026-11-03 12:00:01Z, signature s1',
      ].join('\n'),
    );
  });

  it('lists the routes of a cause beneath it, and how often a place differs that is not always there', () => {
    const everywhere = Array.from({ length: 25 }, (_, at) => {
      const places = ['vary', 'x-powered-by'].slice(at < 23 ? 0 : 1).map(headerPlace);
      return {
        service: 'default',
        ...signature({ id: `s${at}`, route: `GET /a${String(at).padStart(2, '0')}`, places, count: 2 }),
      };
    });
    const causes = causesOf(everywhere);
    const text = renderReport(reportOf({ causes, totals: { causes: 1 } }), PLAIN);
    expect(text).toContain(
      [
        '1. 25 routes, status 200: 50 times',
        '   header.vary differs (46 of 50 times)',
        '   header.x-powered-by differs',
        '   on GET /a00: 2 times',
        '   on GET /a01: 2 times',
        '   on GET /a02: 2 times',
        '   on GET /a03: 2 times',
        '   on GET /a04: 2 times',
        '   and 20 more routes',
      ].join('\n'),
    );
    expect(text).toContain('25 signatures, the first s0');
    expect(text).not.toContain('\n2. ');
  });

  it('says what happened where the shadow gave no answer', () => {
    const failure = 'reset: the connection ended\u0007 in the middle';
    const example = { id: 'x', receivedAt: NOON, method: 'GET', target: '/a', differences: [], failure };
    const found = causeReport({ ending: 'shadow_reset', shadowStatus: 0, places: [], count: 20, example });
    const text = renderReport(reportOf({ failureCauses: [found], totals: { failures: 20 } }), PLAIN);
    expect(text).toContain(
      '1. orders, shadow_reset: 20 times\n   reset: the connection ended\\u0007 in the middle\n   for example GET /a\n',
    );
  });

  it('says how many causes and places it does not show', () => {
    const places = Array.from({ length: 8 }, (_, index) => ({ path: `$.a${index}`, kind: 'value' as const }));
    const text = renderReport(reportOf({ causes: [causeReport({ places })], totals: { causes: 41 } }), PLAIN);
    expect(text).toContain('and 3 more places');
    expect(text).toContain('and 40 more causes: see --all');
  });

  it('counts each outcome in its column, and names why requests were not compared', () => {
    const outcomes = [
      { ending: 'match', count: 1 },
      { ending: 'noise', count: 2 },
      { ending: 'accepted', count: 3 },
      { ending: 'mismatch', count: 4 },
      { ending: 'shadow_timeout', count: 5 },
      { ending: 'primary_failed', count: 6 },
      { ending: 'skipped:tape_full', count: 7 },
      { ending: 'skipped:unsampled', count: 8 },
    ] as const;
    const routes = [routeReport('orders', 'mismatching', { requests: 36, outcomes })];
    const lines = renderReport(reportOf({ routes, totals: { requests: 36, outcomes } }), PLAIN).split('\n');
    const at = lines.indexOf('Outcomes');
    expect(lines[at + 1]!.split(/ {2,}/)).toEqual([
      'route',
      'requests',
      'match',
      'noise',
      'accepted',
      'mismatch',
      'failed',
      'skipped',
    ]);
    expect(lines[at + 2]!.split(/ +/)).toEqual(['orders', '36', '1', '2', '3', '4', '11', '15']);
    expect(lines[at + 3]).toBe(
      'Not compared: 5 shadow_timeout, 6 primary_failed, 7 skipped (tape_full), 8 skipped (unsampled).',
    );
  });

  it('shows latencies of each leg, and deltas with their sign', () => {
    const quantiles = { count: 1_000, p50: 1.234, p90: 45.67, p99: 1_234.5 };
    const latency = [{ leg: 'primary' as const, firstByte: quantiles, lastByte: quantiles }];
    const delta = { count: 10, effectiveCount: 4, p50: -0.5, p90: 0, p99: 12.34 };
    const lines = renderReport(reportOf({ routes: [routeReport('orders', 'clean', { latency, delta })] }), PLAIN).split(
      '\n',
    );
    expect(lines.find((line) => line.includes('primary  '))!.split(/ {2,}/)).toEqual([
      'orders',
      'primary',
      '1,000',
      '1.23 ms',
      '45.7 ms',
      '1235 ms',
    ]);
    expect(lines.find((line) => line.includes('delta  '))!.split(/ {2,}/)).toEqual([
      'orders',
      'delta',
      '10',
      '-0.50 ms',
      '0.00 ms',
      '+12.3 ms',
    ]);
  });

  it('says in words which routes are slower, at the top too', () => {
    const between = [45.1, 50.2] as const;
    const shift = {
      direction: 'slower',
      against: 'control',
      delta: 48.04,
      from: 12,
      to: 60.04,
      pairs: 90,
      between,
    } as const;
    const routes = [routeReport('seats', 'clean', { shift }), routeReport('orders', 'clean')];
    const text = renderReport(reportOf({ routes }), PLAIN);
    expect(text).toContain(
      '\nSlower or faster\nseats: the shadow is slower than the control: p50 +48.0 ms (12.0 ms → 60.0 ms)\n' +
        '  certain to be between +45.1 ms and +50.2 ms, in 90 pairs\n',
    );
    expect(text.split('\n')[0]).toBe('2 routes, 100 requests, no mismatches, 1 route slower; 2 routes clean');
  });

  it('says from when to when the results are', () => {
    const text = renderReport(reportOf({ from: NOON, to: NOON + 83_000 }), PLAIN);
    expect(text.split('\n')[1]).toBe('Recorded from 2026-11-03 12:00:00Z to 2026-11-03 12:01:23Z.');
  });

  it('names gaps, and mentions them at the top', () => {
    const text = renderReport(reportOf({ gaps: [{ from: NOON, to: NOON + 60_000 }] }), PLAIN);
    expect(text.split('\n')[2]).toBe('Results may be missing: see the gap.');
    expect(text).toContain('Gaps\n2026-11-03 12:00:00Z to 2026-11-03 12:01:00Z: the process ended');
  });

  it('shows the rules that would accept the first causes, whole and with controls escaped', () => {
    const rule = `- {path: $.a, oneOf: ["${'x'.repeat(200)}"]}`;
    const proposal = `compare:\n  rules:\n    # value at $.a: 1 → 2\n    ${rule}\n    - {path: $.b, ignore: true}\n`;
    const one = { ...causeReport({}), proposal };
    const more = { ...one, proposal: [1, 2, 3, 4, 5].map((at) => `- {path: $.\u001b${at}, ignore: true}`).join('\n') };
    const none = { ...one, proposal: '# status at status: 200 → 500\n# no rule can accept this\n' };
    const text = renderReport(reportOf({ totals: { requests: 1 }, causes: [one, more, none, one] }), PLAIN);
    expect(text.match(/would be accepted by\n(?: {5}.*\n)+/g)).toEqual([
      `would be accepted by\n${proposal.replace(/^(?=.)/gm, '     ')}`,
      `would be accepted by\n${[1, 2, 3].map((at) => `     - {path: $.\\u001b${at}, ignore: true}\n`).join('')}     and 2 more, on its page\n`,
    ]);
  });

  it('proposes no rule for a part of what no rule can accept', () => {
    const proposal = '# status at status: 200 → 500\n# no rule can accept this\n- {path: $.b, ignore: true}\n';
    const text = renderReport(reportOf({ totals: { requests: 1 }, causes: [{ ...causeReport({}), proposal }] }), PLAIN);
    expect(text).toContain('\n   no rule can accept this\n');
    expect(text).not.toContain('$.b');
  });

  it('names the rules that expired and those that were never hit', () => {
    const rule = {
      rule: '{path: $.a, ignore: true}',
      origin: 'a.yaml:3',
      hits: 0,
      services: [{ service: 'default', hits: 0 }],
    };
    const text = renderReport(
      reportOf({
        totals: { requests: 1 },
        rules: [
          { ...rule, state: 'never_hit' },
          { ...rule, origin: 'a.yaml:4', hits: 9, until: NOON - 12 * 3_600_000, state: 'expired' },
        ],
      }),
      PLAIN,
    );
    expect(text).toContain(
      '\nRules to look at\nnever hit: {path: $.a, ignore: true} (a.yaml:3)\nexpired on 2026-11-02: {path: $.a, ignore: true} (a.yaml:4)\n',
    );
  });

  it('tells what was hidden by which rule, by what names, and how to see it', () => {
    const text = renderReport(
      reportOf({
        totals: { requests: 1 },
        redactions: [
          {
            rule: 'token',
            count: 1_240,
            names: [
              { name: 'csrfToken', count: 800 },
              { name: 'pageToken', count: 400 },
            ],
          },
          { rule: 'card', count: 3, names: [] },
          { rule: 'configured', count: 2, names: [] },
        ],
      }),
      PLAIN,
    );
    expect(text).toContain(
      [
        '',
        'Hidden values',
        '1,240 by token: csrfToken 800, pageToken 400, others 40',
        '3 by card: by their shape or place',
        '2 by configured: by the configuration',
        'To show harmless values, set redact: {allow: [csrfToken]}; allow takes names and whole rules.',
        '',
      ].join('\n'),
    );
    expect(renderReport(reportOf({ totals: { requests: 1 } }), PLAIN)).not.toContain('Hidden values');
  });

  it('is no wider than the terminal', () => {
    const long = 'x'.repeat(300);
    const places = [{ path: `$.${long}`, kind: 'value' as const }];
    const routes = [routeReport(long, 'clean')];
    const text = renderReport(reportOf({ routes, causes: [causeReport({ route: long, places })] }), {
      width: 80,
      color: false,
    });
    for (const line of text.split('\n').slice(1)) expect([...line].length).toBeLessThanOrEqual(80);
    expect(text).toContain('…');
  });

  it('is without colors unless asked for, and says the same with them', () => {
    const report = reportOf({ causes: [causeReport()], totals: { causes: 1 } });
    const plain = renderReport(report, PLAIN);
    const colored = renderReport(report, { ...PLAIN, color: true });
    expect(plain).not.toContain('\u001b');
    expect(colored).toContain('\u001b[1m');
    expect(stripVTControlCharacters(colored)).toBe(plain);
  });

  it('lets nothing recorded act on the terminal', () => {
    const evil = '\u001b]0;owned\u0007\r\n\u009b31m\u202e\u2028\u0000\ud800';
    const found = causeReport({
      route: evil,
      places: [{ path: evil, kind: 'value' }],
      example: {
        id: evil,
        receivedAt: NOON,
        method: evil,
        target: evil,
        differences: [{ path: evil, kind: 'value', left: evil, right: evil }],
      },
    });
    const latency = [{ leg: 'primary', firstByte: quantilesOf(1), lastByte: quantilesOf(1) }] as const;
    const routes = [routeReport(evil, 'clean', { latency })];
    const text = renderReport(reportOf({ routes, causes: [found], failureCauses: [found] }), {
      width: 1_000,
      color: false,
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e\ud800]/);
    expect(text).toContain('\\u001b]0;owned\\u0007\\u000d\\u000a');
  });
});

function quantilesOf(value: number) {
  return { count: 1, p50: value, p90: value, p99: value };
}

describe('printable', () => {
  it('leaves what a person can read', () => {
    const text = 'añ 日本 🎭 "q" \\ → …';
    expect(printable(text)).toBe(text);
  });

  it('makes JSON that means the same', () => {
    const value = { 'k\u202e': ['\u001b[31m\u009b\n', 'é\u2028', { a: 1 }] };
    const text = printableJson(value);
    expect(JSON.parse(text)).toEqual(value);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/);
  });
});

describe('a table', () => {
  const columns = [
    { title: 'name', align: 'left' },
    { title: 'n', align: 'right' },
  ] as const;
  const as = (text: string) => text;

  it('aligns names at the left and numbers at the right', () => {
    expect(
      table(
        columns,
        [
          ['a', '1'],
          ['long', '1,000'],
        ],
        80,
        as,
      ),
    ).toEqual(['name      n', 'a         1', 'long  1,000']);
  });

  it('cuts names rather than numbers', () => {
    expect(table(columns, [['a name that is long', '1,000']], 20, as)).toEqual([
      'name               n',
      'a name that …  1,000',
    ]);
    expect(table(columns, [['a name that is long', '1,000']], 5, as)[1]).toBe('a name …  1,000');
  });

  it('counts characters, not code units', () => {
    expect(cutTo('🎭🎭🎭', 3)).toBe('🎭🎭🎭');
    expect(cutTo('🎭🎭🎭🎭', 3)).toBe('🎭🎭…');
    expect(cutTo('abc', 0)).toBe('…');
  });
});
