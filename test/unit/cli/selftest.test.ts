import { expect, it } from 'vitest';
import { selftest, tell } from '../../../src/cli/selftest.ts';
import type { SelfTestRow } from '../../../src/verdict/self-test.ts';

function sink() {
  const written = { stdout: '', stderr: '' };
  const to = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  return { written, io: { stdout: to('stdout'), stderr: to('stderr'), env: {}, now: 0 } };
}

const row = (alarms: readonly number[], allowed: SelfTestRow['allowed'], ok: boolean): SelfTestRow => ({
  trial: { name: 'a service', behavior: {}, perSecond: 100, exchanges: 10_000, streams: 20 },
  alarms,
  passed: 0,
  allowed,
  ok,
});

it('prints the rate of false alarms and the delay of the detection, and resolves to 0', async () => {
  const { written, io } = sink();
  const rows = [row([700], { most: 4 }, true), row([1_000, 1_200, 3_400], { least: 3 }, true)];
  expect(await tell(rows, { seed: 1, asJson: false }, io)).toBe(0);
  expect(written.stdout).toContain('called a regression in 1 of 20 streams of 10,000 exchanges (5.0%)');
  expect(written.stdout).toContain('found in 3 of 20 streams, after 1,200 exchanges in the median and 3,400 at most');
});

it('resolves to 4 when one of them is not as it should be', async () => {
  const { written, io } = sink();
  expect(await tell([row([], { least: 3 }, false), row([], { most: 4 }, true)], { seed: 1, asJson: false }, io)).toBe(
    4,
  );
  expect(written.stdout).toMatch(/^FAILED {2}a service: found in 0 of 20 streams$/m);
  expect(written.stdout).toContain('do not trust a verdict');
});

it('gives programs the same', async () => {
  const { written, io } = sink();
  expect(await tell([row([500, 900], { most: 1 }, false)], { seed: 3, asJson: true }, io)).toBe(4);
  expect(JSON.parse(written.stdout)).toMatchObject({
    schemaVersion: 1,
    seed: 3,
    ok: false,
    rows: [{ name: 'a service', alarms: 2, alarmRate: 0.1, allowed: { most: 1 }, delay: { median: 900, most: 900 } }],
  });
});

it.each([[['--seed', 'x']], [['again']], [['--sed', '1']]])('wrong usage is told of: %j', async (argv) => {
  const { written, io } = sink();
  expect(await selftest(argv, io)).toBe(2);
  expect(written.stderr).toMatch(/^selftest: .+\nunderstudy selftest --help lists all\n$/);
});
