import { expect, test } from 'vitest';
import { startHttpOrigin } from '../support/origin.ts';
import { runUnderstudy, startUnderstudy } from '../support/understudy.ts';

test('a rehearsal that is begun by hand keeps what comes from then on apart, and the report says which signatures are new, gone and still there', async () => {
  // Of each path, what the shadow says in place of 1.
  const shown: Record<string, number> = { '/gone': 2, '/still': 2, '/new': 1 };
  const serving = (totalOf: (path: string) => number) =>
    startHttpOrigin(({ url = '' }, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ total: totalOf(url) }));
    });
  const [primary, shadow] = [await serving(() => 1), await serving((path) => shown[path]!)];
  const { port, adminPort, store } = await startUnderstudy({
    primary: `http://127.0.0.1:${primary.port}`,
    shadow: { url: `http://127.0.0.1:${shadow.port}`, version: '2.4.0' },
    routes: ['gone', 'still', 'new'].map((name) => ({ name, match: { path: `/${name}` } })),
    store: { path: './understudy.db', flushInterval: '50ms' },
  });
  const admin = `127.0.0.1:${adminPort}`;
  const askAll = async () => {
    for (const path of Object.keys(shown)) await (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  };
  const mismatches = async () => {
    const found = await (await fetch(`http://${admin}/api/v1/signatures`)).json();
    return (found as { signatures: readonly { route: string }[] }).signatures.map(({ route }) => route).toSorted();
  };
  await askAll();
  await expect.poll(mismatches, { timeout: 10_000 }).toEqual(['gone', 'still']);

  const begun = await runUnderstudy(['rehearsal', 'new', '--admin', admin, '--label', 'x']);
  expect(begun).toMatchObject({ code: 0, stdout: expect.stringMatching(/^begun: 2\.4\.0 \([0-9a-f]{8}, x\)\n$/) });
  Object.assign(shown, { '/gone': 1, '/new': 2 });
  await askAll();
  await expect.poll(mismatches, { timeout: 10_000 }).toEqual(['new', 'still']);

  const listed = await runUnderstudy(['rehearsal', 'list', '--admin', admin, '--json']);
  const { rehearsals } = JSON.parse(listed.stdout) as { rehearsals: { id: string; state: string; label?: string }[] };
  expect(rehearsals).toMatchObject([{ state: 'present', label: 'x' }, { state: 'earlier' }]);
  const against = rehearsals[1]!.id;
  const report = await runUnderstudy(['report', '--store', store, '--against', against, '--json']);
  const { comparison } = JSON.parse(report.stdout) as {
    comparison: Record<'new' | 'gone' | 'still', readonly { route: string }[]>;
  };
  const routes = (['new', 'gone', 'still'] as const).map((part) => comparison[part].map(({ route }) => route));
  expect(routes).toEqual([['new'], ['gone'], ['still']]);
  const { stdout } = await runUnderstudy(['report', '--store', store, '--against', against]);
  expect(stdout).toMatch(
    /^new: 1 signature\n +new[\s\S]*^gone: 1 signature\n +gone[\s\S]*^still there: 1 signature\n +still/m,
  );
  const before = await runUnderstudy(['report', '--store', store, '--rehearsal', against, '--json']);
  expect(JSON.parse(before.stdout)).toMatchObject({ rehearsal: { id: against }, totals: { requests: 3 } });

  const unknown = await runUnderstudy(['report', '--store', store, '--against', 'nothing']);
  expect(unknown).toMatchObject({ code: 2, stderr: expect.stringContaining('"nothing"') });
});
