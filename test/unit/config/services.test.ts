import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fairShares } from '../../../src/config/fair-shares.ts';
import { redactConfig } from '../../../src/config/redact.ts';
import { certificateFile } from '../../support/certificates.ts';
import { config, problems, warnings } from './support.ts';

const TWO = 'services:\n  orders: {primary: http://o, shadow: http://o2}\n  users: {primary: http://u}\n';

describe('several services', () => {
  it('each have targets of their own, a shadow where one is written', () => {
    expect(config(TWO).services).toMatchObject([
      { name: 'orders', primary: { host: 'o' }, shadow: { host: 'o2' } },
      { name: 'users', primary: { host: 'u' } },
    ]);
    expect(config(TWO).services[1]).not.toHaveProperty('shadow');
  });

  it('have routes that name them, then one for what else each gets, and one for what is for none', () => {
    const routes = 'routes: [{name: list, service: users, match: {path: /users}}]';
    const match = 'services: {orders: {primary: http://o, match: {host: o.test}}, users: {primary: http://u}}';
    expect(config(`${match}\n${routes}`).routes.map(({ service, name }) => [service, name])).toEqual([
      ['users', 'list'],
      ['orders', 'default'],
      ['none', 'default'],
    ]);
  });

  it('of which there is one, has all requests, like the short form', () => {
    const [only] = config('services: {orders: {primary: http://o}}').routes;
    expect(only).toMatchObject({ service: 'orders', name: 'default', match: {} });
    expect(config('').routes).toMatchObject([{ service: 'default', name: 'default', match: {} }]);
  });

  it('that have a shadow each have an equal part of what the mirror may hold', () => {
    const three =
      'services: {a: {primary: http://a, shadow: http://x}, b: {primary: http://b, shadow: http://y}, c: {primary: http://c}}';
    const parts = config(`${three}\nmirror: {inFlight: 100, buffer: 8MiB}`).services;
    expect(parts.map(({ inFlight, buffer }) => [inFlight, buffer])).toEqual([
      [50, 4 * 2 ** 20],
      [50, 4 * 2 ** 20],
      [50, 4 * 2 ** 20],
    ]);
    expect(parts[0]).toMatchObject({ primary: { connections: 10_000 }, shadow: { connections: 50 } });
  });

  it('are tried in the order in which they are written, whatever their names', () => {
    const each = (name: string) => `"${name}": {match: {path: /${name}/*}, primary: http://a}`;
    const names = ['b', '10', 'a', '9'];
    expect(config(`services: {${names.map(each)}}`).services.map(({ name }) => name)).toEqual(names);
    expect(config(`services:\n${names.map((name) => `  ${each(name)}\n`).join('')}`).services).toMatchObject(
      names.map((name) => ({ name })),
    );
  });

  it('may have routes of the same name, but not twice in one of them', () => {
    const routes = (...services: string[]) =>
      `${TWO}routes: [${services.map((service, index) => `{name: list, service: ${service}, match: {path: /${index}}}`)}]`;
    expect(problems(routes('orders', 'users'))).toEqual([]);
    expect(problems(routes('orders', 'orders'))).toEqual([
      expect.stringContaining('routes[1].name: routes[0] has the same name'),
    ]);
  });

  it('keep their secrets when they are shown', () => {
    const text =
      'services: {orders: {primary: {url: https://o, tls: {cert: c.crt, key: c.key}}, shadow: {url: http://o2, headers: {set: {authorization: hunter2, x-env: next}}}}}';
    const readFile = (file: string) => certificate(file);
    const shown = redactConfig(config(text, { readFile }));
    expect(JSON.stringify(shown)).not.toMatch(/hunter2|PRIVATE KEY/);
    expect(shown.services[0]?.shadow?.headers.set).toEqual({ authorization: '***', 'x-env': 'next' });
  });
});

describe('beside services', () => {
  it.each(['primary: http://a', 'shadow: http://b', 'control: http://c', 'primary: {timeouts: {idle: 1s}}'])(
    '%s is an error that says where both are, and what to write',
    (option) => {
      const [name] = option.split(':');
      expect(problems(`${TWO}${option}\n`)).toEqual([
        `a.yaml:4:${name!.length + 3}: ${name}: not allowed together with services in line 2; found both; allowed: primary, shadow, control, rollout and experiments at the top for one service, or services alone, with ${name} in one of them`,
      ]);
    },
  );

  it('a flag, or a variable, is the same error', () => {
    expect(problems(TWO, { flags: { primary: 'http://a' } })).toEqual([
      expect.stringMatching(/^--primary: primary: not allowed together with services in line 2; /),
    ]);
    expect(problems(TWO, { env: { UNDERSTUDY_SHADOW: 'http://a' } })).toEqual([
      expect.stringMatching(/^UNDERSTUDY_SHADOW: shadow: not allowed together with services in line 2; /),
    ]);
  });
});

describe('what can not be meant', () => {
  it.each([
    [
      `${TWO}routes: [{name: a}]`,
      /routes\[0\]\.service: missing, though there are several services; found "a"; allowed: orders, users$/,
    ],
    [
      `${TWO}routes: [{name: a, service: order}]`,
      /routes\[0\]\.service: no service of that name \(did you mean "orders"\?\); found "order"; allowed: orders, users$/,
    ],
    ['routes: [{name: a, service: orders}]', /routes\[0\]\.service: no service of that name; .* allowed: default$/],
    ['services: {}', /services: 0 of them; /],
    [
      `services: {${Array.from({ length: 51 }, (_, n) => `s${n}: {primary: http://a}`)}}`,
      /services: 51 of them; .* allowed: from 1 to 50/,
    ],
    ['services: {none: {primary: http://a}}', /services\.none: reserved for requests that belong to no service; /],
    ['services: {"a b": {primary: http://a}}', /services\.a b: not the name of a service; found "a b"/],
    ['services: {orders: {shadow: http://a}}', /services\.orders\.primary: missing; /],
    [
      'services: {orders: {primary: http://a, shadw: http://b}}',
      /unknown key in services\.orders; found "shadw" \(did you mean "shadow"\?\)/,
    ],
    ['services: {orders: {primary: none}}', /services\.orders\.primary/],
    [
      'services: {orders: {primary: http://a, shadow: http://b, control: http://b}}',
      /services\.orders\.control\.url: the shadow's address/,
    ],
    [
      'listen: a.test:80\nservices: {orders: {primary: http://a.test}}',
      /services\.orders\.primary\.url: this is Understudy's own address/,
    ],
    [
      'services: {orders: {primary: {url: http://a, tls: {insecure: true}}}}',
      /services\.orders\.primary\.tls: for a URL without TLS/,
    ],
  ])('%s', (text, wrong) => {
    expect(problems(text)).toEqual([expect.stringMatching(wrong)]);
  });
});

describe('what is doubtful', () => {
  it.each([
    [TWO, /services\.orders: gets no requests, because it has no match and no route names it/],
    ['services: {a: {primary: http://a, shadow: http://a}}', /services\.a\.shadow\.url: the primary's address/],
    [
      'services: {a: {primary: http://a, control: http://b}}',
      /services\.a\.control\.url: gets no copies, because there is no shadow/,
    ],
    [
      'mirror: {buffer: 1MiB}\nservices: {a: {match: {}, primary: http://a, shadow: http://x}, b: {match: {host: b}, primary: http://b, shadow: http://y}}',
      /mirror\.maxBody: more than the mirror may hold for one of 2 services/,
    ],
  ])('%s', (text, doubt) => {
    expect(problems(text)).toEqual([]);
    expect(warnings(text)).toContainEqual(expect.stringMatching(doubt));
  });
});

describe('a service whose requests all go elsewhere is doubtful', () => {
  const services = (first: string, second: string) =>
    `services: {a: {match: ${first}, primary: http://a}, b: {match: ${second}, primary: http://b}}`;

  it.each([
    [services('{}', '{}'), 'earlier service "a"'],
    [services('{}', '{host: b.test}'), 'earlier service "a"'],
    [services('{path: /b/*}', '{host: b.test, path: /b/c}'), 'earlier service "a"'],
    [`routes: [{name: all, service: a, match: {}}]\n${services('{path: /a}', '{}')}`, 'route "all"'],
  ])('%s', (text, taker) => {
    const doubt = `services.b.match: never matches, because the ${taker} takes all its requests; found "b"`;
    expect(warnings(text).filter((each) => each.includes('services.b'))).toEqual([expect.stringContaining(doubt)]);
  });

  it.each([
    services('{host: a.test}', '{}'),
    services('{path: /a/*}', '{path: /*}'),
    `routes: [{name: all, service: b, match: {}}]\n${services('{path: /a}', '{path: /b}')}`,
  ])('but not in %s', (text) => {
    expect(warnings(text).filter((each) => each.includes('services.b'))).toEqual([]);
  });
});

describe('without a shadow', () => {
  it.each([
    ['shadow: none', {}],
    ['shadow: {url: none}', {}],
    ['', { flags: { shadow: 'none' } }],
    ['', { env: { UNDERSTUDY_SHADOW: 'none' } }],
    ['services: {default: {primary: http://a, shadow: none}}', {}],
  ])('is a service that says %s %o', (text, input) => {
    expect(problems(text, input)).toEqual([]);
    expect(config(text, input).services[0]).not.toHaveProperty('shadow');
    expect(config(text, input).routes[0]?.compare).not.toHaveProperty('targets');
  });
});

describe('fair shares', () => {
  it('are equal, but for what one does not want', () => {
    expect(fairShares(90, [100, 100, 100])).toEqual([30, 30, 30]);
    expect(fairShares(90, [100, 10, 100])).toEqual([40, 10, 40]);
    expect(fairShares(500, [100, 10, 100])).toEqual([100, 10, 100]);
  });

  it('are one at least for each that wants any', () => {
    expect(fairShares(1, [5, 0, 5])).toEqual([1, 0, 1]);
  });
});

function certificate(file: string): string {
  return readFileSync(certificateFile('client', file.endsWith('.key') ? 'key' : 'crt'), 'utf8');
}
