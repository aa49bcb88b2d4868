import { describe, expect, it } from 'vitest';
import { gate } from '../../../src/cli/gate.ts';
import type { Io } from '../../../src/cli/io.ts';
import { mark } from '../../../src/cli/mark.ts';
import { rejudge } from '../../../src/cli/rejudge.ts';
import { report } from '../../../src/cli/report.ts';
import { results } from '../../../src/cli/results.ts';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { flush, signature } from '../../support/flushes.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

type Command = (argv: readonly string[], io: Io) => Promise<number>;

const COMMANDS: readonly (readonly [name: string, command: Command, argv: readonly string[]])[] = [
  ['report', report, []],
  ['rejudge', rejudge, []],
  ['gate', gate, ['--timeout', '0s']],
  ['mark', mark, ['s1', 'fixed']],
  ['results', results, ['clear']],
];

async function run(command: Command, argv: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const code = await command(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now: 1_000 });
  return { code, ...written };
}

describe.each(COMMANDS)('understudy %s --store', (_name, command, argv) => {
  it('refuses a store of another kind, and says what is supported but not the password', async () => {
    const { code, stdout, stderr } = await run(command, [...argv, '--store', 'postgres://me:hunter2@db/results']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /store "postgres:…": a store of a kind that is not supported, postgres; allowed: .*sqlite:FILE/,
    );
    expect(stderr).not.toContain('hunter2');
  });

  it('opens a file by its URL', async () => {
    const path = `${temporaryDirectory()}/results.db`;
    const store = await SqliteStore.open({ path, run: { id: 'r', startedAt: 0 }, now: () => 0, warn: expect.fail });
    await store.write(
      flush({
        sequence: 1,
        at: 900,
        routes: { orders: { requests: 1, endings: { mismatch: 1 } } },
        signatures: [signature({ id: 's1' })],
      }),
    );
    await store.finish(900);
    await store.close();
    const { code, stdout, stderr } = await run(command, [...argv, '--store', `sqlite://${path}`]);
    // The gate finds a verdict there: it is invalid, since nothing says by which settings.
    expect({ code, stderr }).toEqual({ code: command === gate ? 4 : 0, stderr: '' });
    expect(stdout).not.toBe('');
  });
});
