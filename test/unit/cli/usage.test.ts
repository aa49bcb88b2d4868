import { expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';

async function run(...argv: readonly string[]) {
  let [stdout, stderr] = ['', ''];
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: (text: string) => (stderr += text) },
    env: {},
    now: 0,
  };
  const code = await main(argv, io as never);
  return { code, stdout, stderr };
}

const COMMANDS = (await run('--help')).stdout.matchAll(/^ {2}(\w+) +\S/gm);

it.each([...COMMANDS].map(([, name]) => [name!]))(
  '%s says what a wrong flag is, and where all are listed, without listing them',
  async (name) => {
    const { code, stdout, stderr } = await run(name, '--bogus-flag');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    const [wrong, help, ...rest] = stderr.split('\n');
    expect(wrong).toContain('--bogus-flag: unknown flag');
    expect([help, ...rest]).toEqual([`understudy ${name} --help lists all`, '']);
  },
);

it('an unknown command is met with the nearest one', async () => {
  expect(await run('reprot')).toEqual({
    code: 2,
    stdout: '',
    stderr: '"reprot" is not a command (did you mean report?)\nunderstudy --help lists all\n',
  });
});
