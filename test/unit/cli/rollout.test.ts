import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createAdminServer } from '../../../src/admin/server.ts';
import { rollout } from '../../../src/cli/rollout.ts';
import type { RolloutStatus } from '../../../src/results/rollout-status.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { dependencies, rollout as known } from '../admin/results.ts';

async function run(...argv: string[]) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const code = await rollout(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now: 0 });
  return { code, ...written };
}

describe('of a running proxy', () => {
  let admin: string;
  let given: (readonly unknown[])[];
  let status: RolloutStatus[];

  beforeEach(async () => {
    given = [];
    status = [known];
    const command = async (...of: readonly unknown[]) => {
      given.push(of);
      return { ok: true } as const;
    };
    const rollouts = {
      get status() {
        return status;
      },
      history: async () => [],
      command,
    };
    const server = createAdminServer(dependencies({ rollouts }));
    const { port } = await server.listen({ host: '127.0.0.1', port: 0 });
    afterThisTest(() => server.close());
    admin = `127.0.0.1:${port}`;
  });

  test.each(['status', 'history'])(
    'the %s of a service without a rollout is refused with those that have one',
    async (what) => {
      expect(await run(what, '--service', 'foo', '--admin', admin)).toEqual({
        code: 1,
        stdout: '',
        stderr: '--service: no such rollout; found "foo"; allowed: default\n',
      });
      expect(await run(what, '--service', 'default', '--admin', admin)).toMatchObject({ code: 0, stderr: '' });
    },
  );

  test('a release that leads all users back to production is done only with --yes, and only of what was seen', async () => {
    const { pace: _, next: __, ...rest } = known;
    status = [{ ...rest, phase: 'full', weight: 1, refusals: {} }];
    const refused = await run('release', '--by', 'ann', '--admin', admin);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('make it the primary') });
    expect(given).toEqual([]);
    expect(await run('release', '--yes', '--by', 'ann', '--admin', admin)).toMatchObject({ code: 0 });
    expect(given).toEqual([[undefined, 'release', 'ann', 'no reason was given', 1]]);
  });

  test('a release after a rollback asks for nothing more', async () => {
    status = [{ ...known, phase: 'rolled_back', refusals: {} }];
    expect(await run('release', '--by', 'ann', '--admin', admin)).toMatchObject({ code: 0 });
    expect(given).toHaveLength(1);
  });
});

describe('an override', () => {
  function configuration(...services: readonly (readonly [name: string, override: boolean])[]): string {
    const path = join(temporaryDirectory(), 'understudy.yaml');
    const secret = "{secret: 'long-enough-to-be-a-secret-of-32-characters'}";
    const lines = services.map(
      ([name, override]) =>
        `  ${name}: {match: {path: /${name}/*}, primary: 'http://127.0.0.1:1', shadow: 'http://127.0.0.1:2', rollout: {${override ? `override: ${secret}` : ''}}}`,
    );
    writeFileSync(path, `services:\n${lines.join('\n')}\n`);
    return path;
  }

  test.each([
    [[['a', false]], [], 'rollout.override: no service has it in the configuration'],
    [
      [
        ['a', true],
        ['b', true],
      ],
      [],
      '--service: several have rollout.override; allowed: a, b',
    ],
    [
      [
        ['a', true],
        ['b', false],
      ],
      ['--service', 'b'],
      '--service: no such service with rollout.override; found "b"; allowed: a',
    ],
  ] as const)('of %j with %j is refused in words that fit', async (services, flags, says) => {
    const { code, stderr } = await run('sign', '-c', configuration(...services), ...flags);
    expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
  });

  test('is signed for the only service that has one', async () => {
    const { code, stdout } = await run('sign', '-c', configuration(['a', true], ['b', false]));
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^x-understudy-[a-z-]+: \S+\n$/)]);
  });
});
