import { describe, expect, it } from 'vitest';
import { parseServeArguments, SERVE_USAGE } from '../../../src/cli/arguments.ts';
import { FLAG_NAMES } from '../../../src/config/sources.ts';
import { UnderstudyError } from '../../../src/model/errors.ts';

describe('serve takes', () => {
  it('nothing', () => {
    expect(parseServeArguments([])).toEqual({ kind: 'serve', input: { flags: {} } });
  });

  it.each([['-c', 'a.yaml'], ['--config', 'a.yaml'], ['--config=a.yaml'], ['-ca.yaml']])(
    'the file as %s %s',
    (...argv) => {
      expect(parseServeArguments(argv)).toEqual({ kind: 'serve', input: { file: 'a.yaml', flags: {} } });
    },
  );

  it('what the file could say as well', () => {
    const argv = FLAG_NAMES.flatMap((name) => [`--${name}`, `of ${name}`]);
    expect(parseServeArguments(argv)).toEqual({
      kind: 'serve',
      input: { flags: Object.fromEntries(FLAG_NAMES.map((name) => [name, `of ${name}`])) },
    });
  });

  it('a value that begins with a dash, when it is joined to its flag', () => {
    expect(parseServeArguments(['--store=-x.db'])).toMatchObject({ input: { flags: { store: '-x.db' } } });
  });

  it.each([['--help'], ['-h'], ['--listen', 'a', '-h', '--version']])('%s %s %s', (...argv) => {
    expect(parseServeArguments(argv)).toEqual({ kind: 'help' });
  });

  it('--version', () => {
    expect(parseServeArguments(['--version'])).toEqual({ kind: 'version' });
  });
});

describe('serve refuses, saying what is wrong and what is allowed:', () => {
  const ALLOWED = '-c, --config, --listen, --admin, --primary, --shadow, --control, --store, -h, --help, --version';

  it.each([
    [['--prmary', 'a'], `--prmary: unknown flag (did you mean --primary?); allowed: ${ALLOWED}`],
    [['--token=secret'], `--token: unknown flag; allowed: ${ALLOWED}`],
    [['-x'], `-x: unknown flag; allowed: ${ALLOWED}`],
    [['--__proto__=a'], `--__proto__: unknown flag; allowed: ${ALLOWED}`],
    [['--listen'], '--listen: a value is missing; allowed: --listen VALUE'],
    [['--listen='], '--listen: a value is missing; allowed: --listen VALUE'],
    [['--listen', '--admin', 'a'], '--listen: a value is missing; found the flag "--admin"; allowed: --listen VALUE'],
    [['-c', '-h'], '-c: a value is missing; found the flag "-h"; allowed: -c VALUE'],
    [['--help=yes'], '--help: takes no value; found "yes"; allowed: --help alone'],
    [['--store', 'a', '--store', 'b'], '--store: given twice; allowed: once'],
    [['a.yaml'], `unknown argument; found "a.yaml"; allowed: ${ALLOWED}`],
    [['--', '--listen'], `unknown argument; found "--listen"; allowed: ${ALLOWED}`],
  ])('%j', (argv, message) => {
    const parse = () => parseServeArguments(argv);
    expect(parse).toThrow(UnderstudyError);
    expect(parse).toThrow(expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }));
  });

  it('every fault at once', () => {
    const parse = () => parseServeArguments(['--lisen', 'a', '--help=no', '--store']);
    expect(parse).toThrow(/^--lisen: .*\n--help: .*\n--store: .*$/);
  });
});

it('the usage names every flag', () => {
  for (const name of [...FLAG_NAMES, 'config', 'help', 'version'])
    expect(SERVE_USAGE).toContain(`--${name} `.trimEnd());
});
