import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { experiments } from '../../../src/cli/experiments.ts';
import { report } from '../../../src/cli/report.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { flush } from '../../support/flushes.ts';
import { BUTTON, exposure, outcome } from '../../support/recorded-experiment.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOON = Date.UTC(2026, 10, 3, 12);
const ENDED = { ...BUTTON, experiment: 'old', goals: [] };

let path: string;

beforeAll(async () => {
  path = join(temporaryDirectory(), 'results.db');
  const store = await SqliteStore.open({ path, run: { id: 'r', startedAt: 0 }, now: () => 0, warn: expect.fail });
  const write = (sequence: number, all: readonly (typeof BUTTON)[], users = {}) =>
    store.write(
      flush({
        sequence,
        at: NOON + sequence,
        configured: { rules: [], experiments: all },
        users: { exposures: [], outcomes: [], ...users },
      }),
    );
  await write(1, [BUTTON, ENDED]);
  const exposures = Array.from({ length: 100 }, (_, index) => exposure(index % 2 ? 'green' : 'control', index, NOON));
  await write(2, [BUTTON], { exposures, outcomes: [outcome('purchase', 1, 1, NOON), outcome('purchase', 2, 1, NOON)] });
  await store.close();
});

async function run(command: typeof experiments, ...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const io = { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now: NOON };
  const code = await command([...argv, '--store', path], io);
  return { code, ...written };
}

describe('the command experiments', () => {
  it('prints those that run, with users and a sentence for each comparison', async () => {
    const { code, stdout } = await run(experiments);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.slice(0, 2)).toEqual([
      'button of default: running, begun 2026-11-03 12:00:00 UTC',
      '  users: control 50 (50%), green 50 (50%)',
    ]);
    expect(lines[2]).toMatch(/^ {2}purchase: green converts as much as control \(between -\d.*, not proven; it takes /);
    expect(lines[3]).toBe('  revenue: nothing is known of green yet');
    expect(lines).toHaveLength(4);
  });

  it('prints ended ones where that is asked', async () => {
    const { stdout } = await run(experiments, '--all');
    expect(stdout).toContain('old of default: ended, begun 2026-11-03 12:00:00, ended after 2026-11-03 12:00:00 UTC');
    expect(stdout).toContain('  it has no goals: nothing is compared');
  });

  it('prints JSON for programs', async () => {
    const { stdout } = await run(experiments, 'button', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, experiments: [{ experiment: 'button' }] });
  });

  it.each([
    [['buton'], 'found buton; allowed: button of default (running), old of default (ended)'],
    [['--service', 'users'], 'found any of the service users; allowed: button of default (running)'],
    [['a', 'b'], 'found "a b"; allowed: one name'],
    [['--al'], '--al'],
  ])('says of %j what is wrong and what is allowed', async (argv, said) => {
    const { code, stderr } = await run(experiments, ...argv);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
  });
});

it('the report has a section about experiments, also where no request was recorded', async () => {
  const { stdout } = await run(report);
  expect(stdout).toMatch(/\nExperiments\nbutton of default: running/);
});
