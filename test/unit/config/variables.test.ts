import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { OPTION_VARIABLES } from '../../../src/config/variables.ts';
import { config, problems } from './support.ts';

const set = (env: Record<string, string>, text = '') => config(text, { env });

describe('an option is set by its variable', () => {
  it.each<[Record<string, string>, object]>([
    [{ UNDERSTUDY_MIRROR_SAMPLE: '10%' }, { mirror: { sample: 0.1 } }],
    [{ UNDERSTUDY_MIRROR_MAX_BODY: '64KiB' }, { mirror: { maxBody: 65_536 } }],
    [{ UNDERSTUDY_PRIMARY_TIMEOUTS_CONNECT: '1s' }, { primary: { host: '127.0.0.1', timeouts: { connect: 1_000 } } }],
    [{ UNDERSTUDY_CLIENT_REQUESTS_PER_CONNECTION: '5' }, { client: { requestsPerConnection: 5 } }],
    [{ UNDERSTUDY_EDGES: '3' }, { edges: 3 }],
    [
      { UNDERSTUDY_LOG_ACCESS: 'json', UNDERSTUDY_LOG_ACCESS_SAMPLE: '1%' },
      { log: { access: { format: 'json', sample: 0.01 } } },
    ],
    [{ UNDERSTUDY_MIRROR_METHODS: '[GET, POST]' }, { mirror: { methods: ['GET', 'POST'] } }],
    [{ UNDERSTUDY_MIRROR_METHODS: '- GET\n- PUT\n' }, { mirror: { methods: ['GET', 'PUT'] } }],
    [{ UNDERSTUDY_MIRROR_HEADERS_SET: '{x-a: "1"}' }, { mirror: { headers: { set: { 'x-a': '1' } } } }],
    [{ UNDERSTUDY_MIRROR_SAMPLE_BY: 'address' }, { mirror: { sampleBy: { by: 'address' } } }],
    [{ UNDERSTUDY_MIRROR_SAMPLE_BY: '{header: X-User}' }, { mirror: { sampleBy: { by: 'header', name: 'x-user' } } }],
    [{ UNDERSTUDY_MIRROR_SAMPLE_BY_COOKIE: 'sid' }, { mirror: { sampleBy: { by: 'cookie', name: 'sid' } } }],
    [
      { UNDERSTUDY_ROUTES: '[{name: a, match: {path: /a}}]' },
      { routes: [{ name: 'a', match: { path: '/a' } }, { name: 'default' }] },
    ],
    [
      { UNDERSTUDY_COMPARE_RULES: '[{path: "$.a[*]", ignore: true}]' },
      { routes: [{ compare: { rules: [{ path: '$.a[*]' }] } }] },
    ],
    [
      { UNDERSTUDY_PRIMARY: 'http://a:1', UNDERSTUDY_PRIMARY_CONNECTIONS: '10' },
      { primary: { host: 'a', connections: 10 } },
    ],
    [{ UNDERSTUDY_PRIMARY: '{url: http://a:1, connections: 9}' }, { primary: { host: 'a', connections: 9 } }],
    [
      { UNDERSTUDY_PRIMARY: '{url: http://a:1, connections: 9}', UNDERSTUDY_PRIMARY_CONNECTIONS: '10' },
      { primary: { host: 'a', connections: 10 } },
    ],
    [{ UNDERSTUDY_CONTROL_URL: 'http://c' }, { control: { host: 'c' } }],
    [
      { UNDERSTUDY_STORE: ':memory:', UNDERSTUDY_STORE_RETENTION_AGE: '1d' },
      { store: { path: ':memory:', retention: { age: 86_400_000 } } },
    ],
    [
      { UNDERSTUDY_LISTEN: '[::1]:81', UNDERSTUDY_ADMIN_TOKEN: '0123456789abcdef' },
      { listen: { host: '::1', port: 81 }, admin: { token: '0123456789abcdef' } },
    ],
    [{ UNDERSTUDY_REDACT_KEY: '{0123456789abcdef}' }, { redact: { key: '{0123456789abcdef}' } }],
    [
      { UNDERSTUDY_MIRROR: '{sample: 20%, methods: [PUT]}' },
      { mirror: { sample: 0.2, methods: ['PUT'], inFlight: 256 } },
    ],
  ])('%j', (env, expected) => {
    expect(set(env)).toMatchObject(expected);
  });

  it('before the file, whose other options stay', () => {
    const file =
      'mirror: {sample: 50%, timeout: 2s, sampleBy: {cookie: a}, methods: [PUT]}\nprimary: http://file\ncontrol: {url: http://c, connections: 3}';
    const env = {
      UNDERSTUDY_MIRROR_SAMPLE: '10%',
      UNDERSTUDY_MIRROR_SAMPLE_BY_HEADER: 'x-user',
      UNDERSTUDY_MIRROR_METHODS: '[GET]',
      UNDERSTUDY_PRIMARY_CONNECTIONS: '7',
      UNDERSTUDY_CONTROL: 'http://d',
    };
    expect(set(env, file)).toMatchObject({
      mirror: { sample: 0.1, timeout: 2_000, sampleBy: { by: 'header', name: 'x-user' }, methods: ['GET'] },
      primary: { host: 'file', connections: 7 },
      control: { host: 'd', connections: 3 },
    });
  });

  it('behind a flag', () => {
    const flags = { primary: 'http://flag' };
    const env = { UNDERSTUDY_PRIMARY_URL: 'http://variable', UNDERSTUDY_PRIMARY_CONNECTIONS: '7' };
    expect(config('primary: http://file', { flags, env }).primary).toMatchObject({ host: 'flag', connections: 7 });
  });

  it('not where it is empty', () => {
    expect(set({ UNDERSTUDY_MIRROR_SAMPLE: '', UNDERSTUDY_MIRORR: '' }, 'mirror: {sample: 50%}').mirror.sample).toBe(
      0.5,
    );
  });

  it('and is never expanded again', () => {
    const env = { A: 'b', UNDERSTUDY_MIRROR_HEADERS_SET: '{x-a: "${A}"}' };
    expect(set(env).mirror.headers.set).toEqual({ 'x-a': '${A}' });
  });

  it('has a name of its own', () => {
    const names = [...OPTION_VARIABLES].map(([, { path }]) => path.join('.'));
    expect(new Set(names).size).toBe(names.length);
    expect(OPTION_VARIABLES.size).toBeGreaterThan(100);
    for (const name of OPTION_VARIABLES.keys()) expect(name).toMatch(/^UNDERSTUDY(?:_[A-Z0-9]+)+$/);
  });
});

describe('a bad value names the variable, the rule and the value', () => {
  it.each([
    [
      { UNDERSTUDY_MIRROR_SAMPLE: '101%' },
      'UNDERSTUDY_MIRROR_SAMPLE: mirror.sample: more than 100%; found "101%"; allowed: a percentage, from 0% to 100%',
    ],
    [
      { UNDERSTUDY_MIRROR_METHODS: 'GET' },
      'UNDERSTUDY_MIRROR_METHODS:1:1: mirror.methods: not a list; found "GET"; allowed: a list',
    ],
    [{ UNDERSTUDY_MIRROR_METHODS: '[GET, get]' }, 'UNDERSTUDY_MIRROR_METHODS:1:7: mirror.methods[1]: '],
    [{ UNDERSTUDY_MIRROR_METHODS: '[GET' }, 'UNDERSTUDY_MIRROR_METHODS:1:5: not valid YAML ('],
    [
      { UNDERSTUDY_ROUTES: '[{name: a, matsch: {}}]' },
      'UNDERSTUDY_ROUTES:1:12: unknown key in routes[0]; found "matsch" (did you mean "match"?)',
    ],
    [{ UNDERSTUDY_LOG: 'loud' }, 'UNDERSTUDY_LOG:1:1: log: not a mapping; found "loud"'],
    [
      { UNDERSTUDY_PRIMARY: 'ftp://a' },
      'UNDERSTUDY_PRIMARY: primary.url: neither an http nor an https URL; found "ftp://a"',
    ],
    [{ UNDERSTUDY_EDGES: '[1]' }, 'UNDERSTUDY_EDGES: edges: not a number of threads; found "[1]"'],
    [
      { UNDERSTUDY_SHUTDOWN_DEADLINE: '1s' },
      'UNDERSTUDY_SHUTDOWN_DEADLINE: shutdown.deadline: earlier than the end of the grace period; found 1s',
    ],
  ])('%j', (env, expected) => {
    expect(problems('', { env })).toEqual([expect.stringContaining(expected)]);
  });

  it('but no secret', () => {
    const said = problems('', {
      env: { UNDERSTUDY_ADMIN_TOKEN: 'hunter2', UNDERSTUDY_ADMIN: '{token: hunter3}' },
    }).join();
    expect(said).toContain('UNDERSTUDY_ADMIN_TOKEN: admin.token: ');
    expect(said).not.toMatch(/hunter/);
  });

  it('before what is wrong in the file', () => {
    const said = problems('edges: 0\nlog: x', {
      env: { UNDERSTUDY_MIRROR_METHODS: '[GET,\n get]', UNDERSTUDY_MIRROR_SAMPLE: '1' },
    });
    expect(said.map((each) => each.split(': ')[0])).toEqual(
      ['UNDERSTUDY_MIRROR_METHODS:2:2', 'UNDERSTUDY_MIRROR_SAMPLE', 'a.yaml:1:8', 'a.yaml:2:6'].toSorted(
        (a, b) => said.findIndex((s) => s.startsWith(a)) - said.findIndex((s) => s.startsWith(b)),
      ),
    );
    expect(said.at(-1)).toMatch(/^a\.yaml/);
  });
});

describe('an unknown variable is an error, with the nearest known one', () => {
  it.each([
    ['UNDERSTUDY_MIRORR_SAMPLE', 'UNDERSTUDY_MIRROR_SAMPLE'],
    ['UNDERSTUDY_MIRROR_SAMPEL', 'UNDERSTUDY_MIRROR_SAMPLE'],
    ['UNDERSTUDY_MIRROR_MAXBODY', 'UNDERSTUDY_MIRROR_MAX_BODY'],
    ['UNDERSTUDY_MIRROR__SAMPLE', 'UNDERSTUDY_MIRROR_SAMPLE'],
    ['UNDERSTUDY_PRIMARY_TIMEOUT_CONNECT', 'UNDERSTUDY_PRIMARY_TIMEOUTS_CONNECT'],
    ['UNDERSTUDY_PRIMRY', 'UNDERSTUDY_PRIMARY'],
    ['UNDERSTUDY_ADMIN_TOKN', 'UNDERSTUDY_ADMIN_TOKEN'],
    ['UNDERSTUDY_CONFGI', 'UNDERSTUDY_CONFIG'],
    ['UNDERSTUDY_IN_FLIGHT', 'UNDERSTUDY_MIRROR_IN_FLIGHT'],
    ['UNDERSTUDY_CONFIG_FILE', undefined],
    ['UNDERSTUDY_FOO', undefined],
    ['UNDERSTUDY_PORT', undefined],
    ['UNDERSTUDY_', undefined],
    ['UNDERSTUDY_ROUTES_0_NAME', undefined],
  ])('%s: %s', (name, near) => {
    const hint = near === undefined ? '' : ` (did you mean ${near}?)`;
    expect(problems('', { env: { [name]: '1' } })).toEqual([
      expect.stringContaining(`${name}: unknown variable${hint}; found "${name}"; allowed: `),
    ]);
  });

  it.each([
    'UNDERSTUDY_SERVICE_HOST',
    'UNDERSTUDY_SERVICE_PORT',
    'UNDERSTUDY_SERVICE_PORT_HTTP',
    'UNDERSTUDY_PORT_8080_TCP',
    'UNDERSTUDY_PORT_8080_TCP_PROTO',
    'UNDERSTUDY_PORT_8080_TCP_PORT',
    'UNDERSTUDY_PORT_8080_TCP_ADDR',
    'UNDERSTUDY_PORT_53_UDP_ADDR',
    'UNDERSTUDY_SHADOW_SERVICE_HOST',
    'UNDERSTUDY_SHADOW_SERVICE_PORT_ADMIN_API',
    'UNDERSTUDY_MIRROR_V2_PORT_80_TCP_ADDR',
  ])('but not what Kubernetes says of a Service: %s', (name) => {
    expect(problems('', { env: { [name]: '10.0.0.1' } })).toEqual([]);
  });

  it.each(['UNDERSTUDY_PORT', 'UNDERSTUDY_SHADOW_PORT'])('nor the URL of one: %s', (name) => {
    expect(problems('', { env: { [name]: 'tcp://10.0.0.1:8080' } })).toEqual([]);
  });

  it('nor one that the file asks for', () => {
    expect(problems('shadow: http://${UNDERSTUDY_NEXT}', { env: { UNDERSTUDY_NEXT: 'next' } })).toEqual([]);
  });

  it('nor any that the project itself uses', () => {
    const root = new URL('../../..', import.meta.url).pathname;
    const files = ['bench', 'test/integration', 'test/unit/compare'].flatMap((directory) =>
      readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
        .map((name) => join(root, directory, name)),
    );
    const used = files.flatMap((file) => readFileSync(file, 'utf8').match(/UNDERSTUDY_[A-Z_]*[A-Z]/g) ?? []);
    expect(used).toContain('UNDERSTUDY_FUZZ_SEED');
    const env = Object.fromEntries(used.filter((name) => !OPTION_VARIABLES.has(name)).map((name) => [name, '1']));
    expect(problems('', { env })).toEqual([]);
  });
});
