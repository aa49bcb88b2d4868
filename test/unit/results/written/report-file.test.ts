import { expect, test } from 'vitest';
import { SqliteStore } from '../../../../src/record/sqlite/store.ts';
import { readCausePage } from '../../../../src/results/cause-page.ts';
import { writeReport } from '../../../../src/results/written/report-file.ts';
import { afterThisTest } from '../../../support/cleanup.ts';
import { example, flush, signature } from '../../../support/flushes.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const ASKED = { now: NOON, limit: 50, scheme: 'http' } as const;

/** What a report can tell of: a mismatch, a failure, what is expected and what is fixed, and a rule in doubt. */
async function stored(): Promise<SqliteStore> {
  const run = { id: 'run-1', startedAt: NOON - 60_000 };
  const store = await SqliteStore.open({ path: ':memory:', run, now: () => NOON, warn: () => {} });
  afterThisTest(() => store.close());
  const at = (path: string) => ({ places: [{ path, kind: 'value' }], firstSeen: NOON, lastSeen: NOON }) as const;
  const differences = [{ path: '$.price', kind: 'value', left: '""', right: '9' }] as const;
  await store.write(
    flush({
      sequence: 1,
      at: NOON,
      routes: { orders: { requests: 100, endings: { match: 60, mismatch: 30, shadow_timeout: 10 } } },
      configured: { rules: [{ rule: '{path: $.never, ignore: true}', origin: 'understudy.yaml:7' }] },
      signatures: [
        signature({ id: 'price', count: 10, ...at('$.price'), examples: [example('x1', 1, { differences })] }),
        signature({ id: 'late', count: 10, ending: 'shadow_timeout', shadowStatus: 0, ...at(''), places: [] }),
        signature({ id: 'tax', count: 10, ...at('$.tax') }),
        signature({ id: 'name', count: 10, ...at('$.name') }),
      ],
    }),
  );
  const markedAt = NOON + 1;
  await store.mark({ ids: ['tax'], mark: { state: 'expected', reason: 'the new tax', owner: 'ann', markedAt } });
  await store.mark({ ids: ['name'], mark: { state: 'fixed', markedAt } });
  return store;
}

test.each(['html', 'markdown'] as const)('the report as %s tells of everything that was found', async (form) => {
  const report = (await writeReport(await stored(), { ...ASKED, form }))!.replaceAll('\\', '');
  for (const said of ['Mismatches', 'Failures of the shadow', 'Expected', 'Fixed, and not seen since'])
    expect(report).toContain(said);
  for (const said of ['$.price', 'shadow_timeout', 'the new tax', '$.tax', '$.name', 'never hit', '$.never'])
    expect(report).toContain(said);
});

test.each(['html', 'markdown'] as const)('a failure as %s has its share of the copies', async (form) => {
  const store = await stored();
  const { causes } = await readCausePage(store, {
    ...{ endings: ['shadow_timeout'], sort: 'count', order: 'desc', offset: 0, limit: 10, now: NOON },
  });
  const report = await writeReport(store, { ...ASKED, form, cause: causes[0]!.id });
  expect(report).toContain('10.0% of the copies');
  expect(await writeReport(store, { ...ASKED, form, cause: 'price' })).toContain('10.0% of those compared');
});

test.each(['html', 'markdown'] as const)('a cause or a route as %s that has no results gives no file', async (form) => {
  const store = await stored();
  expect(await writeReport(store, { ...ASKED, form, cause: 'nothing' })).toBeUndefined();
  expect(await writeReport(store, { ...ASKED, form, route: 'nowhere' })).toBeUndefined();
});

test('a backtick more than a hundred thousand times is fenced, and costs no stack', async () => {
  const { fenced } = await import('../../../../src/results/written/markdown.ts');
  expect(fenced('` '.repeat(200_000), 'sh')).toMatch(/^```sh\n/);
});
