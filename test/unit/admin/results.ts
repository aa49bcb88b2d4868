import { pino } from 'pino';
import type { AdminDependencies, ProcessHealth, ProcessState } from '../../../src/admin/dependencies.ts';
import { Reading } from '../../../src/admin/reading.ts';
import type { CompareConfig } from '../../../src/config/compare-types.ts';
import { SKETCH_BUCKETS, sketchBucket } from '../../../src/lib/sketch.ts';
import type { RecordedBody, RecordedLeg } from '../../../src/model/finding.ts';
import type { RouteEvidence } from '../../../src/model/route-evidence.ts';
import type {
  Quantiles,
  RedactionRow,
  RehearsalRow,
  ResponseCount,
  RouteSketch,
  RouteTimelineQuery,
  RouteTimelines,
  RuleRow,
  ServiceRow,
  SignatureDetail,
  SignatureQuery,
  StoredExchange,
  StoredTimeline,
  StoreReader,
  Summary,
  TimelineQuery,
} from '../../../src/model/store-reader.ts';
import type { Marked, Marking } from '../../../src/model/triage.ts';
import { DEFAULT_VERDICT_SETTINGS } from '../../../src/model/verdict-settings.ts';
import type { Store } from '../../../src/record/store.ts';
import { asking } from '../../../src/results/questions.ts';
import type { ResultsReader } from '../../../src/results/results.ts';
import type { RolloutStatus } from '../../../src/results/rollout-status.ts';
import type { ScopeReader } from '../../../src/results/scope.ts';
import type { VerdictReader } from '../../../src/results/verdict.ts';
import { advanced, NO_BLOCK } from '../../../src/verdict/block-clock.ts';
import { addSigns, noSigns } from '../../../src/verdict/signs.ts';
import { rehearsal } from '../../support/flushes.ts';
import { RECORDED } from '../../support/recorded-experiment.ts';

export function body(content: string): RecordedBody {
  return { encoding: 'utf8', content, length: Buffer.byteLength(content), truncated: false };
}

export function response(
  content: string,
  fields: readonly string[] = ['Content-Type', 'application/json'],
): RecordedLeg {
  return {
    status: 200,
    reason: 'OK',
    fields,
    trailers: [],
    body: body(content),
    timing: { connect: 0, firstByte: 2.4, lastByte: 3.1 },
  };
}

const COMPARE: CompareConfig = { ignoreHeaders: [], rules: [], maxDecoded: 2 ** 20, budget: 200 };

export const exchange: StoredExchange = {
  service: 'default',
  id: 'req-1',
  route: 'orders',
  receivedAt: Date.UTC(2026, 10, 20, 12),
  ending: 'mismatch',
  request: { method: 'GET', target: '/api/orders/17?expand=items', fields: ['Host', 'shop.example'], body: body('') },
  primary: response('{"id":17,"items":[{"price":9007199254740993},{"price":5}],"state":"open"}'),
  shadow: response('{"id":17,"items":[{"price":9007199254740992},{"price":5}],"state":"open","extra":null}'),
  control: { failure: 'timeout', detail: 'no first byte within 5 s' },
  differences: [
    { path: '$.items[*].price', kind: 'value', left: '9007199254740993', right: '9007199254740992' },
    { path: '$.extra', kind: 'added', right: 'null' },
  ],
  accepted: [{ path: '$.updatedAt', kind: 'value', left: '"a"', right: '"b"', rule: 'as: timestamp, within: 2s' }],
};

export const signature: SignatureDetail = {
  service: 'default',
  id: 'a1b2c3',
  route: 'orders',
  ending: 'mismatch',
  primaryStatus: 200,
  shadowStatus: 200,
  places: [
    { path: '$.extra', kind: 'added' },
    { path: '$.items[*].price', kind: 'value' },
  ],
  count: 4711,
  firstSeen: Date.UTC(2026, 10, 20, 12),
  lastSeen: Date.UTC(2026, 10, 20, 13),
  examples: [exchange, { ...exchange, id: 'req-2' }],
};

const quantiles: Quantiles = { count: 100_000, p50: 2.1, p90: 8.4, p99: 120.5 };

export const summary: Summary = {
  from: Date.UTC(2026, 10, 20, 12),
  to: Date.UTC(2026, 10, 20, 14),
  requests: 123_456,
  outcomes: [
    { ending: 'match', count: 110_000 },
    { ending: 'noise', count: 321 },
    { ending: 'mismatch', count: 4711 },
    { ending: 'shadow_timeout', count: 24 },
    { ending: 'skipped:method', count: 8000 },
    { ending: 'skipped:tape_full', count: 400 },
  ],
  routes: [
    {
      service: 'default',
      route: 'orders',
      requests: 4811,
      outcomes: [
        { ending: 'match', count: 100 },
        { ending: 'mismatch', count: 4711 },
      ],
      latency: [
        { leg: 'primary', firstByte: quantiles, lastByte: quantiles },
        { leg: 'shadow', firstByte: quantiles, lastByte: { ...quantiles, p50: 3.3, p99: 15_000 } },
      ],
      delta: { ...quantiles, p50: 1.2, p90: 1.6, p99: 3.4, medianBetween: [1.1, 1.3], effectiveCount: 40 },
    },
    {
      service: 'default',
      route: 'default',
      requests: 118_645,
      outcomes: [{ ending: 'match', count: 109_900 }],
      latency: [],
    },
  ],
  gaps: [{ from: Date.UTC(2026, 10, 20, 12, 30), to: Date.UTC(2026, 10, 20, 12, 31) }],
};

export const NOW = Date.UTC(2026, 10, 20, 14);

function hitsOf(hits: number) {
  return { hits, services: [{ service: 'default', hits }] };
}

export const rules: readonly RuleRow[] = [
  { rule: '{path: $.etag, ignore: true}', origin: 'understudy.yaml:12', ...hitsOf(0) },
  { rule: '{path: $.old, as: uuid}', origin: 'understudy.yaml:13', until: Date.UTC(2026, 10, 2), ...hitsOf(3) },
  { rule: '{path: $.updatedAt, as: timestamp}', origin: 'understudy.yaml:14', ...hitsOf(1234) },
];

export const redactions: readonly RedactionRow[] = [
  { rule: 'token', count: 1240, names: [{ name: 'csrfToken', count: 1200 }] },
  { rule: 'card', count: 3, names: [] },
];

export const calm: ProcessState = {
  live: true,
  ready: { ok: true, reasons: [] },
  recorder: { status: 'recording', pendingRequests: 0, droppedExamples: 0, damages: 0 },
  reading: { status: 'read', failures: 0 },
  threads: [{ name: 'edge-0', status: 'running', restarts: 0 }],
  configGeneration: 1,
};

interface Known {
  readonly summary: Summary;
  readonly signature: SignatureDetail;
  readonly others?: readonly SignatureDetail[];
}

/** Of `$.total`, which differs in two of each second's hundred exchanges: a regression. */
const harmed: RouteEvidence = (() => {
  let clock = advanced(NO_BLOCK, 0, 100);
  let signs = noSigns(NO_BLOCK);
  for (let second = 1; second < 40; second++) {
    signs = addSigns(signs, clock, { worse: 2, better: 0 });
    clock = advanced(clock, second * 1_000, 100);
  }
  const place = { path: '$.total', kind: 'value' } as const;
  return {
    route: 'orders',
    clock,
    mismatches: 78,
    accepted: 0,
    expected: [],
    tests: [{ check: 'difference', place, rank: 1, signs }],
  };
})();

/** A store that knows what it is given, and remembers what it was asked. */
export class FakeStore
  implements
    Pick<Store, 'timeline' | 'signature' | 'exchange' | 'clear' | 'mark'>,
    ResultsReader,
    ScopeReader,
    VerdictReader
{
  readonly queries: SignatureQuery[] = [];
  readonly windows: unknown[] = [];
  readonly markings: Marking[] = [];
  cleared = 0;
  clearedOnly: string | undefined;
  readonly #known: Known;

  constructor(known: Known = { summary, signature }) {
    this.#known = known;
  }

  async summary(window?: unknown): Promise<Summary> {
    this.windows.push(window);
    return this.#known.summary;
  }
  async responses(): Promise<ResponseCount[]> {
    return this.#known.summary.routes.flatMap(({ service, route, latency }) =>
      latency.map(({ leg, lastByte: { count } }) => ({ service, route, leg, count })),
    );
  }
  async timeline({ points }: TimelineQuery): Promise<StoredTimeline> {
    const quarter = { count: 100, p50: 2, p99: 8 };
    const outcomes = [
      { ending: 'match', count: 90 },
      { ending: 'skipped:tape_full', count: 10 },
    ] as const;
    const busy = { requests: 100, outcomes, legs: [{ leg: 'primary', ...quarter }], delta: quarter } as const;
    const idle = { requests: 0, outcomes: [], legs: [] };
    const steps = [
      { at: 0, ...busy },
      { at: 60_000, ...idle },
    ];
    return { step: 60_000, steps: steps.slice(0, points), gaps: [{ from: 1, to: 2 }] };
  }
  async routeTimelines({ routes }: RouteTimelineQuery): Promise<RouteTimelines> {
    return { step: 60_000, from: 0, routes: routes.map(() => ({ compared: [90, 0], mismatches: [9, 0] })) };
  }
  async sketches(): Promise<readonly RouteSketch[]> {
    const counts = new Float64Array(SKETCH_BUCKETS);
    for (const milliseconds of [1, 2, 2, 3, 900]) counts[sketchBucket(milliseconds)]! += 1;
    return ['primary.lastByte', 'shadow.lastByte', 'delta.below', 'delta.above'].map((metric) => ({ metric, counts }));
  }
  async signatures(query: SignatureQuery) {
    this.queries.push(query);
    const { signature: first, others = [] } = this.#known;
    const { endings = ['mismatch'] } = query;
    const found = [first, ...others].filter(({ ending }) => endings.includes(ending));
    return found.map(({ examples: _, ...row }) => row);
  }
  async signature(id: string) {
    return id === this.#known.signature.id ? this.#known.signature : undefined;
  }
  async exchange(id: string) {
    return this.#known.signature.examples.find((example) => example.id === id);
  }
  async rules() {
    return rules;
  }
  async redactions() {
    return redactions;
  }
  async mark(marking: Marking): Promise<Marked> {
    const unknown = marking.ids.filter((id) => id !== this.#known.signature.id);
    this.markings.push(marking);
    return unknown.length > 0 ? { unknown } : { marked: marking.ids, left: [] };
  }
  async services(): Promise<readonly ServiceRow[]> {
    return [{ service: 'default', state: 'mirrored' }];
  }
  async experiments() {
    return [RECORDED];
  }
  async rehearsals(): Promise<readonly RehearsalRow[]> {
    return [
      { ...rehearsal({ version: '2.5.0', begunAt: 2 }), state: 'present', requests: 3 },
      { ...rehearsal({ version: '2.4.0', begunAt: 1 }), state: 'earlier', requests: 4, from: 0, to: 5 },
    ];
  }
  async routeEvidence(): Promise<RouteEvidence[]> {
    return [harmed];
  }
  async verdictSettings() {
    return DEFAULT_VERDICT_SETTINGS;
  }
  async clear(only?: string): Promise<void> {
    this.cleared++;
    this.clearedOnly = only;
  }
}

export const rollout: RolloutStatus = {
  service: 'default',
  decidedBy: 'steps',
  releasedBy: 'person',
  advance: 'verdict',
  candidate: 'http://next',
  phase: 'canary',
  weight: 0.05,
  pace: 'advancing',
  steps: [0.05, 1],
  next: 1,
  hold: 900_000,
  trip: { errors: 0.02, window: 30_000, p99: 800, health: { path: '/healthz', interval: 2_000, failures: 3 } },
  asks: false,
  refusals: { start: 'nothing to start: the candidate serves 5% of the users' },
  last: { revision: 1, at: NOW, action: 'start', by: 'ann', reason: 'all is well' },
  step: {
    elapsed: 60_000,
    answer: 'hold',
    reasons: ['the step lasts at least 15 min'],
    remaining: 840_000,
    users: {
      candidate: { requests: 100, failed: 1, buckets: 40 },
      production: { requests: 110, failed: 0, buckets: 42 },
      evidence: { failsMore: 0.1, failsNoMore: 0.2, slower: -1, tail: -1, ratio: -1 },
    },
    arms: {
      candidate: { requests: 100, failed: 1, aborted: 0, p50: 12, p99: 80 },
      slice: { requests: 110, failed: 0, aborted: 1, p50: 11, p99: 75 },
      rest: { requests: 1_900, failed: 3, aborted: 2, p50: 11, p99: 76 },
      chosen: { requests: 0, failed: 0, aborted: 0 },
    },
    rehearsal: 'r-2',
    pairs: { verdict: 'inconclusive', reasons: ['too few exchanges'], exchanges: 90 },
    window: { requests: 52, failed: 1, timed: 51, late: 0 },
    health: { failures: 0 },
  },
  unwritten: 0,
};

const health: ProcessHealth = {
  instance: 'one',
  version: '0.1.0',
  node: 'v26.10.0',
  startedAt: 1,
  recordedAt: 2,
  threads: [{ name: 'main', status: 'running', restarts: 0, lag: 1.5 }],
  tapes: [{ tape: 'edge-0/mirror-0', bytes: 10, capacity: 100, dropped: 1 }],
  services: [{ service: 'default', targets: [{ role: 'primary', url: 'http://127.0.0.1:3000', reachable: true }] }],
  recorder: calm.recorder,
  reading: calm.reading,
  store: { location: ':memory:', limit: 1000, age: 2000 },
  config: { generation: 1, loadedAt: 1 },
  lost: { logLines: 0, accessLines: 0, alerts: 0 },
};

/** Dependencies that work, except where a test says otherwise. */
export function dependencies(changes: Partial<AdminDependencies> = {}): AdminDependencies {
  let mirrored = true;
  const { store = new FakeStore() } = changes;
  return {
    store,
    ask: asking(store as unknown as StoreReader),
    reading: new Reading(() => NOW),
    expectQuestions: () => {},
    exposition: async () => '# HELP up Up.\n# TYPE up gauge\nup 1\n',
    state: () => calm,
    health: () => health,
    services: () => [],
    now: () => NOW,
    comparedUnder: ({ route }) => ({ route: { name: route, compare: COMPARE }, marker: 'marker' }),
    config: () => ({ listen: { host: '0.0.0.0', port: 8080 }, admin: { token: '<redacted>' } }),
    scheme: () => 'http',
    mirror: {
      get: () => ({ enabled: mirrored, paused: [] }),
      set: (enabled) => {
        mirrored = enabled;
      },
    },
    rollouts: { status: [rollout], history: async () => [], command: async () => ({ ok: true }) },
    takeEvents: (events) => ({ accepted: events.length, unknown: [] }),
    onMarked: () => {},
    rehearse: async ({ service = 'default', label }) =>
      service === 'default' ? rehearsal({ version: '2.5.0', ...(label !== undefined && { label }) }) : undefined,
    reload: async () => ({ ok: true, generation: 2 }),
    logger: pino({ level: 'silent' }),
    connections: 256,
    ...changes,
  };
}
