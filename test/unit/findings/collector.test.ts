import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../../../src/compare/comparison.ts';
import { FindingsCollector, NOTHING_COMPARED, settledFinding } from '../../../src/findings/collector.ts';
import { ExampleBudget } from '../../../src/findings/example-budget.ts';
import { FindingsGathering } from '../../../src/findings/gathering.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { Difference, Place } from '../../../src/model/difference.ts';
import { answer, captured } from '../../support/captured.ts';
import { example, signature } from '../../support/flushes.ts';

const REDACTOR = new Redactor({ headers: [], paths: ['$.secret', '$.map'], query: [] }, Buffer.from('key'));

const collector = (random: () => number = () => 0.5) => new FindingsCollector(REDACTOR, random);

const comparison = (differences: readonly Difference[], parts: Partial<Comparison> = {}): Comparison => ({
  ...NOTHING_COMPARED,
  differences,
  ...parts,
});

const seenBy = (control: Comparison, noise: readonly Difference[] = [], odd: readonly Difference[] = []) => ({
  noise,
  control: { comparison: control, odd },
});

const value = (path: string, right = '2'): Difference => ({ path, kind: 'value', left: '1', right });

describe('the findings collector', () => {
  it('makes one signature of exchanges that differ in the same places, whatever the values and their order', () => {
    const findings = collector();
    findings.add('orders', 'mismatch', captured({ receivedAt: 5 }), comparison([value('$.a'), value('$.b')]));
    findings.add('orders', 'mismatch', captured({ receivedAt: 3 }), comparison([value('$.b', '7'), value('$.a', '8')]));
    findings.add(
      'orders',
      'mismatch',
      captured({ receivedAt: 9 }),
      comparison([value('$.a'), value('$.a'), value('$.b')]),
    );
    expect(findings.take().signatures).toMatchObject([
      {
        route: 'orders',
        ending: 'mismatch',
        primaryStatus: 200,
        shadowStatus: 200,
        places: [
          { path: '$.a', kind: 'value' },
          { path: '$.b', kind: 'value' },
        ],
        count: 3,
        firstSeen: 3,
        lastSeen: 9,
      },
    ]);
  });

  it('tells apart what differs in route, ending, statuses, places or kinds', () => {
    const findings = collector();
    const pair = comparison([value('$.a')]);
    findings.add('orders', 'mismatch', captured(), pair);
    findings.add('users', 'mismatch', captured(), pair);
    findings.add('orders', 'noise', captured(), pair);
    findings.add('orders', 'mismatch', captured({ shadow: answer({ status: 500 }) }), pair);
    findings.add('orders', 'mismatch', captured({ primary: answer({ status: 500 }) }), pair);
    findings.add('orders', 'mismatch', captured(), comparison([value('$.a'), value('$.b')]));
    findings.add('orders', 'mismatch', captured(), comparison([{ ...value('$.a'), kind: 'type' }]));
    const ids = findings.take().signatures.map(({ id }) => id);
    expect(new Set(ids).size).toBe(7);
  });

  it('takes the places of what a rule accepts from the accepted differences', () => {
    const findings = collector();
    const accepted = [{ ...value('$.a'), rule: '{path: $.a, ignore: true}', index: 0 }];
    findings.add('orders', 'accepted', captured(), comparison([], { accepted }));
    const [found] = findings.take().signatures;
    expect(found).toMatchObject({ ending: 'accepted', places: [{ path: '$.a', kind: 'value' }] });
    expect(found!.examples[0]!.exchange.accepted).toEqual([
      expect.objectContaining({ path: '$.a', rule: '{path: $.a, ignore: true}' }),
    ]);
    expect(found!.examples[0]!.exchange.accepted[0]).not.toHaveProperty('index');
  });

  it('knows no status of a leg that failed', () => {
    const findings = collector();
    const exchange = captured({ shadow: { failure: 'timeout', detail: 'no answer in 5 s' } });
    findings.add('orders', 'shadow_timeout', exchange, NOTHING_COMPARED);
    expect(findings.take().signatures).toMatchObject([
      { ending: 'shadow_timeout', primaryStatus: 200, shadowStatus: 0, places: [], count: 1 },
    ]);
  });

  it('tells examples apart from what they are examples of', () => {
    const findings = collector();
    const exchange = captured({ shadow: { failure: 'timeout', detail: 'no answer in 5 s' } });
    findings.addExample('orders', 'shadow_timeout', exchange);
    findings.count('orders', 'match', captured());
    const [failed, equal] = findings.take().signatures;
    expect([failed!.count, failed!.examples.length]).toEqual([0, 1]);
    expect([equal!.count, equal!.examples.length]).toEqual([1, 0]);
    const counted = { count: 20, firstSeen: 1, lastSeen: 2 };
    expect(settledFinding('orders', { ending: 'shadow_timeout', primaryStatus: 200, ...counted })).toMatchObject({
      id: failed!.id,
      ...counted,
    });
    expect(settledFinding('orders', { ending: 'match', primaryStatus: 200, ...counted })).toMatchObject({
      id: equal!.id,
    });
  });

  it('begins anew after each take', () => {
    const findings = collector();
    findings.add('orders', 'mismatch', captured(), comparison([value('$.a')]), seenBy(NOTHING_COMPARED));
    findings.take();
    expect(findings.take()).toEqual({ signatures: [], evidence: [], rules: [], redactions: [] });
    findings.add('orders', 'mismatch', captured(), comparison([value('$.a')]));
    expect(findings.take().signatures).toMatchObject([{ count: 1 }]);
  });

  it('keeps the 10 examples of highest priority, and redacts only what is kept', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { maxLength: 60 }),
        (priorities) => {
          let redacted = 0;
          const counting = { ...REDACTOR, redactPaths: REDACTOR.redactPaths.bind(REDACTOR) } as unknown as Redactor;
          counting.redactExchange = (...parameters) => {
            redacted++;
            return REDACTOR.redactExchange(...parameters);
          };
          let next = 0;
          const findings = new FindingsCollector(counting, () => priorities[next++]!);
          for (const _ of priorities) findings.add('orders', 'mismatch', captured(), comparison([value('$.a')]));
          const kept = findings.take().signatures.flatMap(({ examples }) => examples.map(({ priority }) => priority));
          const highest = priorities.toSorted((left, right) => right - left).slice(0, 10);
          expect(kept.toSorted((left, right) => right - left)).toEqual(highest);
          let entered = 0;
          priorities.forEach((priority, at) => {
            const before = priorities.slice(0, at).toSorted((left, right) => right - left);
            if (before.length < 10 || before[9]! < priority) entered++;
          });
          expect(redacted).toBe(entered);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('redacts examples, and names inside hidden places in signatures and evidence', () => {
    const findings = collector();
    const primary = answer({ fields: ['Content-Type', 'application/json'], body: '{"secret":"swordfish-1"}' });
    const pair = comparison([value('$.map.jane-doe.age'), { ...value('$.secret'), left: 'swordfish-1' }]);
    findings.add('orders', 'mismatch', captured({ primary }), pair, seenBy(pair));
    const batch = findings.take();
    expect(JSON.stringify(batch)).not.toContain('swordfish');
    expect(JSON.stringify(batch)).not.toContain('jane-doe');
    expect(batch.signatures[0]!.places.map(({ path }) => path)).toEqual(['$.map.…', '$.secret']);
    expect(batch.evidence.map(({ path }) => path).toSorted()).toEqual(['$.map.…', '$.secret']);
  });

  it('leaves noise out of the signature of a mismatch, and lists it beside the mismatch, redacted', () => {
    const findings = collector();
    const primary = answer({ fields: ['Content-Type', 'application/json'], body: '{"secret":"swordfish-1"}' });
    const [total, at] = [value('$.total'), value('$.at')];
    const hidden = { ...value('$.secret'), left: 'swordfish-1' };
    const control = seenBy(comparison([value('$.at')]), [at, hidden]);
    findings.add('orders', 'mismatch', captured({ primary }), comparison([total, at, hidden]), control);
    findings.add('orders', 'mismatch', captured({ primary }), comparison([total]), seenBy(NOTHING_COMPARED));
    const { signatures, evidence } = findings.take();
    expect(signatures).toMatchObject([{ places: [{ path: '$.total', kind: 'value' }], count: 2 }]);
    const [example] = signatures[0]!.examples.filter(({ exchange }) => exchange.noise !== undefined);
    expect(example!.exchange.differences.map(({ path }) => path)).toEqual(['$.total']);
    expect(example!.exchange.noise!.map(({ path }) => path)).toEqual(['$.at', '$.secret']);
    expect(JSON.stringify(signatures)).not.toContain('swordfish');
    expect(evidence).toContainEqual(expect.objectContaining({ path: '$.at', both: 1 }));
  });

  it('keeps with an example what was known of its noisy places, redacted', () => {
    const findings = collector();
    const known = { control: 7, shadowAlone: 1, classes: [{ name: 'uuid 4', count: 14 }], parts: [] };
    const learnedAt = ({ path, kind }: Place) => (path === '$.total' ? undefined : { path, kind, ...known });
    const pair = comparison([value('$.total'), value('$.map.jane-doe.at')]);
    findings.add('orders', 'mismatch', captured(), pair, { learnedAt });
    const { learned } = findings.take().signatures[0]!.examples[0]!.exchange;
    expect(learned).toEqual([{ path: '$.map.…', kind: 'value', ...known }]);
  });

  it('counts evidence by place once an exchange, and only where there is a control', () => {
    const findings = collector();
    const noise = value('$.b');
    const shadow = comparison([value('$.a'), value('$.a', '3'), noise]);
    const control = comparison([value('$.b'), value('$.c')]);
    findings.add('orders', 'mismatch', captured(), shadow, seenBy(control, [noise]));
    findings.add('orders', 'mismatch', captured(), shadow, seenBy(control, [noise]));
    findings.add('orders', 'mismatch', captured(), shadow);
    findings.add('orders', 'match', captured(), NOTHING_COMPARED, seenBy(control));
    const counted = findings
      .take()
      .evidence.map(({ path, shadowOnly, controlOnly, both }) => [path, shadowOnly, controlOnly, both]);
    expect(counted.toSorted()).toEqual([
      ['$.a', 2, 0, 0],
      ['$.b', 0, 1, 2],
      ['$.c', 0, 3, 0],
    ]);
  });

  it('counts a leg as differing alone where both do and it alone shows what production does not', () => {
    const findings = collector();
    const [shadow, control] = [value('$.at', 'null'), value('$.at')];
    const add = (noise: readonly Difference[], odd: readonly Difference[]) =>
      findings.add('orders', 'mismatch', captured(), comparison([shadow]), seenBy(comparison([control]), noise, odd));
    add([], []);
    add([], []);
    add([shadow], [control]);
    add([], [control]);
    expect(findings.take().evidence).toMatchObject([{ path: '$.at', shadowOnly: 2, controlOnly: 1, both: 1 }]);
  });

  it('folds signatures and places beyond the bounds of a route, and loses no count', () => {
    const findings = collector();
    for (let index = 0; index < 600; index++) {
      const pair = comparison([value(`$.a${index}`)]);
      findings.add('orders', 'mismatch', captured(), pair, seenBy(NOTHING_COMPARED));
    }
    findings.add('users', 'mismatch', captured(), comparison([value('$.own')]));
    const { signatures, evidence } = findings.take();
    const orders = signatures.filter(({ route }) => route === 'orders');
    expect(orders).toHaveLength(501);
    expect(orders.reduce((sum, { count }) => sum + count, 0)).toBe(600);
    expect(orders.at(-1)).toMatchObject({ places: [{ path: '…', kind: 'budget' }], count: 100, ending: 'mismatch' });
    expect(orders.at(-1)!.examples).toHaveLength(10);
    expect(evidence).toHaveLength(501);
    expect(evidence.at(-1)).toMatchObject({ path: '…', kind: 'budget', shadowOnly: 100 });
    expect(signatures.filter(({ route }) => route === 'users')).toMatchObject([{ count: 1 }]);
  });

  it('names at most 100 places of a signature, and still tells signatures apart by the rest', () => {
    const findings = collector();
    const many = Array.from({ length: 150 }, (_, index) => value(`$.a${String(index).padStart(3, '0')}`));
    findings.add('orders', 'mismatch', captured(), comparison(many));
    findings.add('orders', 'mismatch', captured(), comparison([...many, value('$.z')]));
    const { signatures } = findings.take();
    expect(signatures).toHaveLength(2);
    expect(signatures[0]!.places).toHaveLength(100);
    expect(signatures[0]!.places.at(-1)).toEqual({ path: '…', kind: 'budget' });
  });
});

describe('a gathering of findings', () => {
  const bounds = () => ({ perRoute: 2, inAll: 3, examples: new ExampleBudget(10_000) });

  it('merges batches as if their exchanges had come one by one', () => {
    const gathering = new FindingsGathering(bounds());
    const evidence = { route: 'orders', path: '$.a', kind: 'value', shadowOnly: 1, controlOnly: 2, both: 3 } as const;
    const use = { route: 'orders', rule: '{path: $.a, ignore: true}', origin: 'a.yaml:1' };
    gathering.add({
      signatures: [signature({ count: 2, firstSeen: 5, lastSeen: 6 })],
      evidence: [evidence],
      rules: [{ ...use, hits: 1 }],
      redactions: [{ rule: 'token', name: 'csrf', count: 2 }],
    });
    gathering.add({
      signatures: [signature({ count: 3, firstSeen: 1, lastSeen: 2 })],
      evidence: [evidence],
      rules: [
        { ...use, hits: 2 },
        { ...use, route: 'users', hits: 0 },
      ],
      redactions: [
        { rule: 'token', name: 'csrf', count: 3 },
        { rule: 'card', name: '', count: 1 },
      ],
    });
    expect(gathering.signatures).toBe(1);
    expect(gathering.take()).toEqual({
      signatures: [signature({ count: 5, firstSeen: 1, lastSeen: 6 })],
      evidence: [{ ...evidence, shadowOnly: 2, controlOnly: 4, both: 6 }],
      rules: [
        { ...use, hits: 3 },
        { ...use, route: 'users', hits: 0 },
      ],
      redactions: [
        { rule: 'token', name: 'csrf', count: 5 },
        { rule: 'card', name: '', count: 1 },
      ],
    });
  });

  it('bounds all routes together as well', () => {
    const gathering = new FindingsGathering(bounds());
    for (const route of ['a', 'b', 'c', 'd', 'e']) gathering.addSignature(signature({ id: route, route }));
    const taken = gathering.take().signatures;
    expect(taken.map(({ route }) => route)).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(taken.filter(({ places }) => places[0]!.path === '…').map(({ route }) => route)).toEqual(['d', 'e']);
  });

  it('keeps the examples it has and counts those it drops when they are too large together', () => {
    const gathering = new FindingsGathering(bounds());
    const content = 'x'.repeat(4_000);
    const body = { encoding: 'utf8', content, length: content.length, truncated: false } as const;
    const large = (id: string) => example(id, 0.5, { request: { method: 'GET', target: '/', fields: [], body } });
    for (const id of ['one', 'two', 'three']) {
      gathering.addSignature(signature({ examples: [large(id)] }));
    }
    expect(gathering.droppedExamples).toBe(1);
    expect(gathering.take().signatures[0]!.examples.map(({ exchange }) => exchange.id)).toEqual(['one', 'two']);
    gathering.addSignature(signature({ examples: [large('four')] }));
    expect(gathering.take().signatures[0]!.examples).toHaveLength(1);
  });
});
