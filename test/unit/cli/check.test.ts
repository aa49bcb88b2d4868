import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { check } from '../../../src/cli/check.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'understudy-check-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

async function run(argv: readonly string[], env: Record<string, string> = {}) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const code = await check(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env, now: Date.now() });
  return { code, ...written };
}

function file(text: string): string {
  const path = join(directory, 'a.yaml');
  writeFileSync(path, text);
  return path;
}

it('a file without faults gives one line and 0', async () => {
  const path = file('routes: [{name: a, match: {path: /a}}]\ncontrol: http://c');
  expect(await run([path])).toEqual({
    code: 0,
    stdout: `${path}: good; 2 routes, primary http://127.0.0.1:3000, shadow http://127.0.0.1:3001, control http://c\n`,
    stderr: '',
  });
});

it('an empty file is good', async () => {
  expect(await run([file('')])).toMatchObject({ code: 0, stdout: expect.stringMatching(/: good; 1 route, /) });
});

it('every problem is a line, and the code 2', async () => {
  const path = file('listen: nowhere\nadmin: 0.0.0.0:9900\nmirorr: 1\n');
  const { code, stdout, stderr } = await run([path]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr.split('\n')).toEqual([
    expect.stringContaining(`${path}:1:9: listen.address: an address without a port; found "nowhere"; allowed: `),
    expect.stringContaining(`${path}:2:8: admin.address: others can reach it, and there is no token; `),
    expect.stringContaining(`${path}:3:1: unknown key; found "mirorr" (did you mean "mirror"?); `),
    'Some checks need what was rejected: check again when this is mended.',
    '',
  ]);
});

it('warnings go to stderr and leave the file good', async () => {
  const path = file('primary: http://a\nshadow: http://a');
  expect(await run([path])).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/^warning: .*:2:9: shadow\.url: .*\n$/),
  });
});

it('the environment counts, as it does for serve', async () => {
  const path = file(`shadow: http://\${HOST}`);
  expect(await run([path], { HOST: 'b', UNDERSTUDY_PRIMARY: 'http://p' })).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('primary http://p, shadow http://b'),
  });
  expect(await run([path])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${path}:1:16: the environment variable HOST is not set`),
  });
});

it('a misspelt variable alone is told of, without a file too', async () => {
  expect(await run([], { UNDERSTUDY_PRIMRY: 'http://p' })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('UNDERSTUDY_PRIMRY: unknown variable (did you mean UNDERSTUDY_PRIMARY?)'),
  });
  expect(await run([])).toMatchObject({
    stderr: expect.stringContaining('neither a file nor a variable UNDERSTUDY_*'),
  });
});

it('a file that is not there is a problem', async () => {
  const path = join(directory, 'gone.yaml');
  expect(await run([path])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${path}: cannot be read; found no such file or directory; allowed: a YAML file`),
  });
});

it('the file may stand after -c, as with the other commands', async () => {
  const path = file('');
  for (const flag of ['-c', '--config']) expect(await run([flag, path])).toEqual(await run([path]));
});

it.each([[[]], [['a', 'b']], [['-c', 'a', 'b']], [['--fast', 'a']]])('arguments %j are wrong usage', async (argv) => {
  const { code, stdout, stderr } = await run(argv);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^check: .+\nunderstudy check --help lists all\n$/);
});

it('--help prints the usage', async () => {
  expect(await run(['--help'])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('Usage: understudy check [-c] FILE'),
    stderr: '',
  });
});
