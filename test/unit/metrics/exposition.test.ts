import { describe, expect, test } from 'vitest';
import { ArmLedger, sumOfArms } from '../../../src/metrics/arm-ledger.ts';
import { catalog } from '../../../src/metrics/catalog.ts';
import { createExposition, type ExpositionSources } from '../../../src/metrics/exposition.ts';
import { Ledger } from '../../../src/metrics/ledger.ts';
import type { Readings } from '../../../src/metrics/readings.ts';
import { RedactionCounts } from '../../../src/metrics/redactions.ts';
import { RefusalCounts } from '../../../src/metrics/refusals.ts';
import { Tally } from '../../../src/metrics/tally.ts';
import { ENDINGS, type Ending } from '../../../src/model/outcome.ts';
import { rowAt } from '../../support/rows.ts';
import { type Family, readExposition } from './exposition.reader.ts';

const calm: Readings = {
  tapes: [{ tape: 'edge-0/mirror-0', bytes: 4096, dropped: 3 }],
  copies: [
    { target: 'shadow', breaker: 'half_open', outOfOrder: 3 },
    { target: 'control', breaker: 'open', outOfOrder: 0 },
  ],
  repeats: [{ service: 'default', purpose: 'calibrate', sent: 5, over_budget: 2, breaker_open: 1 }],
  memory: { most: 96, held: { tapes: 1, buffers: 2, examples: 3 } },
  pauses: [
    { cause: 'event_loop_lag', edges: 2 },
    { service: 'orders', cause: 'primary_p99', edges: 0 },
  ],
  config: { generation: 2, failed: true },
  threads: [
    { thread: 'main', lag: 1.5, up: true, restarts: 0 },
    { thread: 'edge-0', lag: 12, up: false, restarts: 4 },
  ],
  accessLinesDropped: 7,
  logLinesDropped: 3,
  ruleHits: [
    { service: 'default', rule: '{path: $.a, ignore: true}', hits: 3 },
    { service: 'default', rule: '{path: "$[\'b"]", as: uuid}', hits: 0 },
  ],
  refusals: [new RefusalCounts(RefusalCounts.allocate())],
  redactions: [new RedactionCounts(RedactionCounts.allocate())],
  alerts: { sent: 3, failed: 1, dropped: 2 },
  exposures: { sent: 5, failed: 1, dropped: 2 },
  verdicts: [
    { service: 'default', verdict: 'regression', exchanges: 5_000, evidence: 1.5 },
    { service: 'default', route: 'orders', verdict: 'inconclusive', exchanges: 400, evidence: 0.25 },
  ],
  rollouts: [{ service: 'default', phase: 'canary', weight: 0.05, answer: 'hold', unwritten: 1 }],
  experiments: {
    running: [
      {
        service: 'default',
        experiment: 'button',
        isEven: false,
        arms: [
          { arm: 'control', users: 10 },
          { arm: 'green', users: 30 },
        ],
        goals: [{ goal: 'purchase', arms: [{ arm: 'green', sum: 7 }] }],
        leftOut: { switched: 1, full: 0, early: 2, unexposed: 3 },
      },
    ],
    dropped: 9,
    unreadable: 2,
    fallbacks: [{ service: 'default', experiment: 'button', arm: 'green', count: 4 }],
  },
  arms: [],
  recorder: { kind: 'degraded', pendingRequests: 41, droppedExamples: 5, damages: 3 },
  readFailures: 2,
};

function setting({ names = ['orders', 'default'], readings = calm } = {}) {
  const ledgers = {
    edge: new Ledger(Ledger.allocate()),
    mirror: new Ledger(Ledger.allocate()),
    compare: new Ledger(Ledger.allocate()),
    main: new Ledger(Ledger.allocate()),
  };
  const tallies: ExpositionSources['tallies'] = {
    edge: new Tally([ledgers.edge]),
    mirror: new Tally([ledgers.mirror]),
    compare: new Tally([ledgers.compare]),
    main: new Tally([ledgers.main]),
  };
  const exposition = createExposition({
    tallies,
    routes: () => names.map((name, index) => ({ name, rows: [rowAt(index)], countedBy: 'edge' as const })),
    readings: () => readings,
  });
  return { ledgers, tallies, scrape: async () => readExposition(await exposition()) };
}

type Families = Map<string, Family>;

function value(families: Families, name: string, labels: Record<string, string> = {}): number | undefined {
  const family = [...families.values()].find(({ samples }) => samples.some((sample) => sample.name === name));
  const wanted = JSON.stringify(Object.entries(labels).sort());
  return family?.samples.find(
    (sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted,
  )?.value;
}

function total(families: Families, name: string): number {
  return families.get(name)!.samples.reduce((sum, sample) => sum + sample.value, 0);
}

describe('exposition', () => {
  test('a scrape before any traffic is well-formed and holds every metric of the catalogue with its help', async () => {
    const families = await setting().scrape();
    for (const { name, help } of Object.values(catalog)) expect(families.get(name)?.help).toBe(help);
  });

  test('the verdict is 1 for what it is and 0 for the others, of the service and of each route', async () => {
    const families = await setting().scrape();
    expect(value(families, 'understudy_verdict', { verdict: 'regression' })).toBe(1);
    expect(value(families, 'understudy_verdict', { verdict: 'pass' })).toBe(0);
    expect(value(families, 'understudy_verdict', { route: 'orders', verdict: 'inconclusive' })).toBe(1);
    expect(value(families, 'understudy_verdict_exchanges', { route: 'orders' })).toBe(400);
    expect(value(families, 'understudy_verdict_evidence')).toBe(1.5);
  });

  test('a rollout has its phase, its weight and what is to be done', async () => {
    const families = await setting().scrape();
    expect(value(families, 'understudy_rollout_phase', { phase: 'canary' })).toBe(1);
    expect(value(families, 'understudy_rollout_phase', { phase: 'rolled_back' })).toBe(0);
    expect(value(families, 'understudy_rollout_weight')).toBe(0.05);
    expect(value(families, 'understudy_rollout_answer', { answer: 'hold' })).toBe(1);
    expect(value(families, 'understudy_rollout_answer', { answer: 'promote' })).toBe(0);
    expect(value(families, 'understudy_rollout_unwritten')).toBe(1);
  });

  test('an experiment has its users, what they did, and what is wrong with it', async () => {
    const families = await setting().scrape();
    const of = { experiment: 'button' };
    expect(value(families, 'understudy_experiment_users', { ...of, arm: 'green' })).toBe(30);
    expect(value(families, 'understudy_experiment_outcomes', { ...of, arm: 'green', goal: 'purchase' })).toBe(7);
    expect(value(families, 'understudy_experiment_uneven', of)).toBe(1);
    expect(value(families, 'understudy_experiment_left_out', { ...of, reason: 'early' })).toBe(2);
    expect(value(families, 'understudy_experiment_dropped_total')).toBe(9);
  });

  test("Node's default metrics are there", async () => {
    const families = await setting().scrape();
    expect(families.get('process_resident_memory_bytes')?.samples[0]?.value).toBeGreaterThan(0);
    expect(families.has('nodejs_heap_size_used_bytes')).toBe(true);
  });

  test('after traffic has drained, outcomes of all threads add up to the requests', async () => {
    const { ledgers, scrape } = setting();
    const threads = [ledgers.edge, ledgers.mirror, ledgers.compare, ledgers.main];
    let requests = 0;
    for (const [index, ending] of ENDINGS.entries()) {
      for (let count = 0; count <= index; count++, requests++) {
        ledgers.edge.request(rowAt(index % 2), index % 3 === 0 ? 'GET' : 'BREW', 200 + index);
        threads[(index + count) % threads.length]!.end(rowAt(index % 2), ending);
      }
    }
    const families = await scrape();
    expect(total(families, 'understudy_requests_total')).toBe(requests);
    expect(total(families, 'understudy_outcomes_total')).toBe(requests);
  });

  test('requests are labelled with route, method and code; strange methods and codes share one label each', async () => {
    const { ledgers, scrape } = setting();
    ledgers.edge.request(rowAt(0), 'GET', 200);
    ledgers.edge.request(rowAt(0), 'GET', 200);
    ledgers.edge.request(rowAt(0), 'BREW', 0);
    ledgers.edge.request(rowAt(1), 'POST', 502);
    const families = await scrape();
    const requests = (route: string, method: string, code: string) =>
      value(families, 'understudy_requests_total', { route, method, code });
    expect(requests('orders', 'GET', '200')).toBe(2);
    expect(requests('orders', 'other', 'none')).toBe(1);
    expect(requests('default', 'POST', '502')).toBe(1);
    expect(families.get('understudy_requests_total')!.samples).toHaveLength(3);
  });

  test('requests that an edge took along when it died are counted by main, beside those of its successor', async () => {
    const { ledgers, scrape } = setting();
    ledgers.edge.request(rowAt(0), 'other', 0);
    ledgers.main.request(rowAt(0), 'other', 0, 3);
    const families = await scrape();
    const labels = { route: 'orders', method: 'other', code: 'none' };
    expect(value(families, 'understudy_requests_total', labels)).toBe(4);
  });

  test('every outcome of every route is there from the start, so that its first count is seen as a rise', async () => {
    const { scrape } = setting();
    const families = await scrape();
    expect(families.get('understudy_outcomes_total')!.samples).toHaveLength(2 * ENDINGS.length);
    expect(total(families, 'understudy_outcomes_total')).toBe(0);
  });

  test('an outcome without a reason has an empty reason, a skipped one has its own', async () => {
    const { ledgers, scrape } = setting();
    ledgers.compare.end(rowAt(0), 'mismatch', 7);
    ledgers.mirror.end(rowAt(0), 'skipped:breaker_open', 5);
    const families = await scrape();
    const outcomes = (outcome: string, reason: string) =>
      value(families, 'understudy_outcomes_total', { route: 'orders', outcome, reason });
    expect(outcomes('mismatch', '')).toBe(7);
    expect(outcomes('skipped', 'breaker_open')).toBe(5);
  });

  test('requests without a sample key are counted by route, from nought', async () => {
    const { ledgers, scrape } = setting();
    ledgers.edge.keyless(rowAt(0));
    ledgers.edge.keyless(rowAt(0));
    const families = await scrape();
    const name = 'understudy_requests_without_sample_key_total';
    expect(['orders', 'default'].map((route) => value(families, name, { route }))).toEqual([2, 0]);
  });

  test('differences come from the comparison', async () => {
    const { ledgers, scrape } = setting();
    ledgers.compare.difference(rowAt(1), 'value');
    ledgers.compare.difference(rowAt(1), 'value');
    ledgers.compare.difference(rowAt(1), 'status');
    const families = await scrape();
    const differences = (kind: string) => value(families, 'understudy_differences_total', { route: 'default', kind });
    expect(differences('value')).toBe(2);
    expect(differences('status')).toBe(1);
  });

  test('rules are labelled as they are written, and there from the start', async () => {
    const families = await setting().scrape();
    const hits = (rule: string) => value(families, 'understudy_rule_hits_total', { rule });
    expect(hits('{path: $.a, ignore: true}')).toBe(3);
    expect(hits('{path: "$[\'b"]", as: uuid}')).toBe(0);
  });

  test('the primary leg is read from the edge, the other legs from the mirror', async () => {
    const { ledgers, scrape } = setting();
    ledgers.edge.leg(rowAt(0), 'primary', { connect: 0, firstByte: 4, lastByte: 20 });
    ledgers.mirror.leg(rowAt(0), 'shadow', { connect: 0, firstByte: 40, lastByte: 200 });
    ledgers.mirror.leg(rowAt(0), 'control', { connect: 0, firstByte: 40, lastByte: 200 });
    const families = await scrape();
    for (const leg of ['primary', 'shadow', 'control']) {
      expect(value(families, 'understudy_leg_duration_seconds_count', { route: 'orders', leg })).toBe(1);
      expect(value(families, 'understudy_leg_first_byte_seconds_count', { route: 'orders', leg })).toBe(1);
    }
    expect(
      value(families, 'understudy_leg_duration_seconds_count', { route: 'default', leg: 'primary' }),
    ).toBeUndefined();
  });

  test('a histogram counts each duration below the first bound above it, and sums within 1.6 %', async () => {
    const { ledgers, scrape } = setting();
    const durations = [0.02, 0.5, 3, 3.1, 42, 180, 999, 4000, 29_000, 100_000];
    for (const lastByte of durations) ledgers.edge.leg(rowAt(0), 'primary', { connect: 0, firstByte: 0, lastByte });
    const families = await scrape();
    const samples = families.get('understudy_leg_duration_seconds')!.samples;
    const buckets = samples.filter(({ name }) => name.endsWith('_bucket'));
    expect(buckets).toHaveLength(16);
    for (const {
      labels: { le },
      value: count,
    } of buckets.slice(0, -1)) {
      expect(count, `le=${le}`).toBe(durations.filter((duration) => duration / 1000 < Number(le)).length);
    }
    expect(buckets.at(-1)).toMatchObject({ labels: { le: '+Inf' }, value: durations.length });
    const exact = durations.reduce((sum, duration) => sum + duration / 1000, 0);
    const sum = samples.find(({ name }) => name.endsWith('_sum'))!.value;
    expect(Math.abs(sum - exact) / exact).toBeLessThan(0.016);
  });

  test('the bounds reach from 1 ms to 60 s', async () => {
    const { ledgers, scrape } = setting();
    ledgers.edge.leg(rowAt(0), 'primary', { connect: 0, firstByte: 1, lastByte: 1 });
    const samples = (await scrape()).get('understudy_leg_duration_seconds')!.samples;
    const bounds = samples.filter(({ name }) => name.endsWith('_bucket')).map(({ labels: { le } }) => Number(le));
    expect(bounds[0]).toBeCloseTo(0.001, 4);
    expect(bounds.at(-2)! / 60).toBeCloseTo(1, 1);
  });

  test('a scrape takes nothing away from the recorder, and the recorder nothing from a scrape', async () => {
    const { ledgers, tallies, scrape } = setting();
    ledgers.edge.request(rowAt(0), 'GET', 200);
    await scrape();
    expect(tallies.edge.collect([rowAt(0)]).get(rowAt(0))?.requestTotal).toBe(1);
    ledgers.edge.request(rowAt(0), 'GET', 200);
    expect(total(await scrape(), 'understudy_requests_total')).toBe(2);
    expect(tallies.edge.collect([rowAt(0)]).get(rowAt(0))?.requestTotal).toBe(1);
    expect(total(await scrape(), 'understudy_requests_total')).toBe(2);
  });

  test('a hostile route name stays inside its label', async () => {
    const hostile = 'a"} 1\nunderstudy_requests_total{route="b\\';
    const { ledgers, scrape } = setting({ names: [hostile] });
    ledgers.edge.request(rowAt(0), 'GET', 200);
    const families = await scrape();
    expect(value(families, 'understudy_requests_total', { route: hostile, method: 'GET', code: '200' })).toBe(1);
  });

  test('readings become gauges, in seconds and bytes', async () => {
    const families = await setting().scrape();
    expect(value(families, 'understudy_tape_bytes', { tape: 'edge-0/mirror-0' })).toBe(4096);
    expect(value(families, 'understudy_tape_dropped_total', { tape: 'edge-0/mirror-0' })).toBe(3);
    expect(value(families, 'understudy_breaker_state', {})).toBe(1);
    expect(value(families, 'understudy_breaker_state', { target: 'control' })).toBe(2);
    expect(value(families, 'understudy_mirror_memory_limit_bytes', {})).toBe(96);
    expect(value(families, 'understudy_mirror_memory_bytes', { part: 'buffers' })).toBe(2);
    expect(value(families, 'understudy_mirror_paused', { cause: 'event_loop_lag' })).toBe(2);
    expect(value(families, 'understudy_mirror_paused', { service: 'orders', cause: 'primary_p99' })).toBe(0);
    expect(value(families, 'understudy_copies_out_of_order_total', { target: 'shadow' })).toBe(3);
    const repeated = (result: string) => ({ purpose: 'calibrate', result });
    expect(value(families, 'understudy_repeats_total', repeated('sent'))).toBe(5);
    expect(value(families, 'understudy_repeats_total', repeated('over_budget'))).toBe(2);
    expect(value(families, 'understudy_config_generation')).toBe(2);
    expect(value(families, 'understudy_config_last_error')).toBe(1);
    expect(value(families, 'understudy_event_loop_lag_seconds', { thread: 'edge-0' })).toBe(0.012);
    expect(value(families, 'understudy_thread_up', { thread: 'main' })).toBe(1);
    expect(value(families, 'understudy_thread_up', { thread: 'edge-0' })).toBe(0);
    expect(value(families, 'understudy_thread_restarts_total', { thread: 'edge-0' })).toBe(4);
    expect(value(families, 'understudy_access_log_dropped_total')).toBe(7);
    expect(value(families, 'understudy_recorder_degraded')).toBe(1);
    expect(value(families, 'understudy_recorder_pending_requests')).toBe(41);
    expect(value(families, 'understudy_recorder_dropped_examples_total')).toBe(5);
    expect(value(families, 'understudy_results_read_failures_total')).toBe(2);
  });

  test('what users of a rollout got is shown by arm, also what nobody got yet', async () => {
    const ledger = new ArmLedger(ArmLedger.allocate());
    ledger.end(rowAt(0), 'candidate', 'error');
    ledger.end(rowAt(0), 'candidate', 'unanswered');
    ledger.fallback(rowAt(0), 'candidate');
    ledger.end(rowAt(0), 'slice', 'answered');
    ledger.latency(rowAt(0), 'slice', 20);
    const arms = [{ service: 'shop', counts: sumOfArms([ledger], [rowAt(0)]) }];
    const families = await setting({ readings: { ...calm, arms } }).scrape();
    const requests = (arm: string, result: string) =>
      value(families, 'understudy_rollout_requests_total', { service: 'shop', arm, result });
    expect([requests('candidate', 'error'), requests('slice', 'answered'), requests('chosen', 'aborted')]).toEqual([
      1, 1, 0,
    ]);
    expect(requests('candidate', 'unanswered')).toBe(1);
    const fallbacks = (arm: string) => value(families, 'understudy_rollout_fallbacks_total', { service: 'shop', arm });
    expect([fallbacks('candidate'), fallbacks('chosen')]).toEqual([1, 0]);
    const slice = { service: 'shop', arm: 'slice' };
    expect(value(families, 'understudy_rollout_duration_seconds_count', slice)).toBe(1);
  });

  test('the shadow was measured by the mirror, or by the edge where it served and there is no pair', async () => {
    const { ledgers, scrape } = setting();
    const timing = { connect: 0, firstByte: 1, lastByte: 2 };
    ledgers.mirror.leg(rowAt(0), 'shadow', timing);
    ledgers.edge.leg(rowAt(0), 'shadow', timing);
    const families = await scrape();
    const shadow = { route: 'orders', leg: 'shadow' };
    expect(value(families, 'understudy_leg_duration_seconds_count', shadow)).toBe(2);
  });

  test('two scrapes at once give the same counts', async () => {
    const { ledgers, scrape } = setting();
    ledgers.edge.end(rowAt(0), 'match' satisfies Ending);
    const [one, other] = await Promise.all([scrape(), scrape()]);
    expect(one.get('understudy_outcomes_total')).toEqual(other.get('understudy_outcomes_total'));
  });
});
