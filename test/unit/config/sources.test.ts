import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load.ts';
import { formatProblem } from '../../../src/config/problem.ts';
import { config, problems } from './support.ts';

/** Every source at once; the options of the file count up from 1, those of the environment from 11, flags from 21. */
const FILE = `
listen: 127.0.0.1:1
admin: 127.0.0.1:2
primary: http://127.0.0.1:3
shadow: http://127.0.0.1:4
control: http://127.0.0.1:5
store: ./6.db
`;
const ENVIRONMENT = {
  UNDERSTUDY_LISTEN: '127.0.0.1:11',
  UNDERSTUDY_ADMIN: '127.0.0.1:12',
  UNDERSTUDY_PRIMARY: 'http://127.0.0.1:13',
  UNDERSTUDY_SHADOW: 'http://127.0.0.1:14',
  UNDERSTUDY_CONTROL: 'http://127.0.0.1:15',
  UNDERSTUDY_STORE: './16.db',
};
const FLAGS = {
  listen: '127.0.0.1:21',
  admin: '127.0.0.1:22',
  primary: 'http://127.0.0.1:23',
  shadow: 'http://127.0.0.1:24',
  control: 'http://127.0.0.1:25',
  store: './26.db',
};

function numbers({ listen, admin, primary, shadow, control, store }: ReturnType<typeof config>): string[] {
  return [listen.port, admin.port, primary.port, shadow.port, control?.port, store.path.slice(2, -3)].map(String);
}

describe('of several sources', () => {
  it('the environment goes before the file', () => {
    expect(numbers(config(FILE, { env: ENVIRONMENT }))).toEqual(['11', '12', '13', '14', '15', '16']);
  });

  it('flags go before the environment', () => {
    expect(numbers(config(FILE, { env: ENVIRONMENT, flags: FLAGS }))).toEqual(['21', '22', '23', '24', '25', '26']);
  });

  it('the file goes before the defaults', () => {
    expect(numbers(config(FILE))).toEqual(['1', '2', '3', '4', '5', '6']);
  });

  it('each counts for what it gives alone', () => {
    const mixed = config(FILE, {
      env: { UNDERSTUDY_SHADOW: 'http://127.0.0.1:14' },
      flags: { listen: '127.0.0.1:21' },
    });
    expect(numbers(mixed)).toEqual(['21', '2', '3', '14', '5', '6']);
  });

  it('an empty variable is none', () => {
    expect(config(FILE, { env: { UNDERSTUDY_LISTEN: '' } }).listen.port).toBe(1);
  });

  it('a URL from outside leaves the other options of the target as the file has them', () => {
    const { shadow } = config('shadow: {url: http://a, connections: 7}', { flags: { shadow: 'http://b' } });
    expect(shadow).toMatchObject({ host: 'b', connections: 7 });
  });

  it('the admin token joins an address that the file gives alone', () => {
    const { admin } = config('admin: 0.0.0.0:2', { env: { UNDERSTUDY_ADMIN_TOKEN: 'a-token-of-20-letters' } });
    expect(admin).toEqual({ host: '0.0.0.0', port: 2, token: 'a-token-of-20-letters' });
  });

  it('a bad value in the file does not matter where another source replaces it', () => {
    expect(config('listen: nowhere\nprimary: nothing', { flags: FLAGS }).listen.port).toBe(21);
  });
});

describe('a problem names its source', () => {
  it('a flag', () => {
    expect(problems('', { flags: { shadow: 'b' } })).toEqual([
      expect.stringMatching(/^--shadow: shadow\.url: not a URL; found "b"; allowed: /),
    ]);
  });

  it('a variable', () => {
    expect(problems('', { env: { UNDERSTUDY_LISTEN: 'b' } })).toEqual([
      expect.stringMatching(/^UNDERSTUDY_LISTEN: listen.address: an address without a port/),
    ]);
  });

  it('an empty flag is a value that is not allowed', () => {
    expect(problems('', { flags: { listen: '' } })).toEqual([
      expect.stringMatching(/^--listen: listen.address: .*found nothing/),
    ]);
  });

  it('the file, where a flag has nothing to do with it', () => {
    expect(problems('shadow: [1]', { flags: { shadow: 'http://b' } })).toEqual([
      expect.stringMatching(/^a\.yaml:1:9: shadow: not a mapping/),
    ]);
  });
});

describe('the file', () => {
  const readFile = (path: string) => (path === 'there.yaml' ? 'edges: 5' : fail(path));
  const fail = (path: string) => {
    throw Object.assign(new Error(`ENOENT: no such file or directory, open '${path}'`), { code: 'ENOENT' });
  };

  it('is the one that is given, before the one that the environment names', () => {
    const result = loadConfig({ file: 'there.yaml', env: { UNDERSTUDY_CONFIG: 'other.yaml' }, readFile });
    expect(result).toMatchObject({ ok: true, config: { edges: 5 } });
  });

  it('is the one that the environment names, where none is given', () => {
    expect(loadConfig({ env: { UNDERSTUDY_CONFIG: 'there.yaml' }, readFile })).toMatchObject({ config: { edges: 5 } });
  });

  it('is not read where nothing names one', () => {
    expect(loadConfig({ env: {}, readFile: fail })).toMatchObject({ ok: true, config: { edges: 1 } });
  });

  it('that can not be read is a problem', () => {
    const result = loadConfig({ file: 'gone.yaml', env: {}, readFile });
    expect(result.ok ? [] : result.problems.map(formatProblem)).toEqual([
      'gone.yaml: cannot be read; found no such file or directory; allowed: a YAML file',
    ]);
  });

  it('that is a directory is a problem', () => {
    expect(loadConfig({ file: import.meta.dirname, env: {} })).toMatchObject({ ok: false, problems: [{ line: 0 }] });
  });
});
