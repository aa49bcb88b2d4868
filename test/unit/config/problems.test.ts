import { describe, expect, it } from 'vitest';
import { places, problems } from './support.ts';

describe('a problem says where it is, what is wrong, what was found and what is allowed', () => {
  it.each([
    [
      'listen: 8080',
      '1:9: listen.address: not an address; found "8080"; allowed: host:port or [IPv6]:port, such as 127.0.0.1:8080 or [::1]:8080; or unix:/path',
    ],
    [
      'mirror:\n  timeout: 5',
      '2:12: mirror.timeout: not a duration; found "5"; allowed: a duration in ms, s, m, h or d, from 1ms to 1d',
    ],
    [
      'mirror: {sample: 101%}',
      '1:18: mirror.sample: more than 100%; found "101%"; allowed: a percentage, from 0% to 100%',
    ],
    [
      'mirror: {maxBody: 1TiB}',
      '1:19: mirror.maxBody: not a size; found "1TiB"; allowed: a size in B, KiB, MiB, GiB, kB, MB or GB, from 0B to 256MiB',
    ],
    ['mirror: {enabled: yes}', '1:19: mirror.enabled: neither true nor false; found "yes"; allowed: true or false'],
    [
      'mirror: {inFlight: 1.5}',
      '1:20: mirror.inFlight: not a whole number; found "1.5"; allowed: a whole number from 1 to 65535',
    ],
    [
      'mirror: {rate: 0}',
      '1:16: mirror.rate: less than 1; found "0"; allowed: none, or a whole number from 1 to 100000',
    ],
    [
      'routes: [{name: a, mirror: {rate: 5}}]',
      '1:29: unknown key in routes[0].mirror; found "rate"; allowed: sample, sampleBy, methods, maxBody',
    ],
    ['edges: 0', '1:8: edges: not a number of threads; found "0"; allowed: auto, or a whole number from 1 to 64'],
    [
      'log: {level: loud}',
      '1:14: log.level: not one of the choices; found "loud"; allowed: fatal, error, warn, info, debug, silent',
    ],
    ['edges: [1]', '1:8: edges: not a single value; found a list of 1; allowed: auto, or a whole number from 1 to 64'],
    ['log: text', '1:6: log: not a mapping; found "text"; allowed: a mapping of level, format, access'],
    ['log:', '1:5: log: not a mapping; found nothing; allowed: a mapping of level, format, access'],
    [
      'routes: {}',
      '1:9: routes: not a list; found an empty mapping; allowed: a list, each element a mapping of name, service, match, mirror, rollout, compare, grouping',
    ],
    [
      'mirror: {methods: []}',
      '1:19: mirror.methods: an empty list; found a list of 0; allowed: a list, each element a method in upper case that HTTP parsers know, such as GET or POST',
    ],
    [
      'routes: [{match: {path: /}}]',
      '1:10: routes[0].name: missing; allowed: 1 to 64 letters, digits and . _ - : /, beginning with a letter or digit',
    ],
    [
      'mirror: {sampleBy: user}',
      '1:20: mirror.sampleBy: not one of the choices; found "user"; allowed: request, address, or a mapping of header, cookie',
    ],
    [
      'mirror: {sampleBy: {header: a, cookie: b}}',
      '1:20: mirror.sampleBy: not exactly one of header, cookie; found a mapping of header, cookie; allowed: one of header, cookie',
    ],
    [
      'routes: [{name: a, mirror: true}]',
      '1:28: routes[0].mirror: not false; found "true"; allowed: false, or a mapping of sample, sampleBy, methods, maxBody',
    ],
    [
      '- a',
      '1:1: not a mapping; found a list of 1; allowed: a mapping of listen, admin, primary, shadow, control, rollout, experiments, services, edges, threads, client, mirror, compare, routes, grouping, verdict, redact, store, log, alerts, exposure, shutdown',
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toEqual([`a.yaml:${expected}`]);
  });
});

describe('an unknown key', () => {
  it.each([
    ['mirorr: {}', '1:1: unknown key; found "mirorr" (did you mean "mirror"?); allowed: listen,'],
    [
      'store:\n  retention: {agee: 7d}',
      '2:15: unknown key in store.retention; found "agee" (did you mean "age"?); allowed: age, size',
    ],
    ['log: {foo: red}', '1:7: unknown key in log; found "foo"; allowed: level, format, access'],
    ['log: {colour: red}', '1:7: unknown key in log; found "colour"; allowed: level, format, access'],
    [
      'routes: [{name: a, mirror: {timeout: 1s}}]',
      '1:29: unknown key in routes[0].mirror; found "timeout"; allowed: sample,',
    ],
    ['mirror: {sampleBy: {query: a}}', '1:21: unknown key in mirror.sampleBy; found "query"; allowed: header, cookie'],
    [
      'control: {url: http://c, timeout: 1s}',
      '1:26: unknown key in control; found "timeout" (did you mean "timeouts"?); allowed: url,',
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toContainEqual(expect.stringContaining(`a.yaml:${expected}`));
  });

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])('%s is one', (key) => {
    expect(problems(`log:\n  ${key}: {level: info}`)).toEqual([
      expect.stringMatching(/^a\.yaml:2:3: unknown key.*found "/),
    ]);
  });

  it('__proto__ is one also among names that are free', () => {
    expect(problems('mirror: {headers: {set: {__proto__: a}}}')).toEqual([
      expect.stringMatching(/^a\.yaml:1:26: unknown key/),
    ]);
  });
});

it('every problem of a file comes at once, in reading order', () => {
  const text = `
listen: nowhere
nothing: 1
primary: ftp://a
mirror:
  sample: lots
  methods: [get, FOO]
  headers: {set: {host: a, X-A: 1, x-a: 2}, remove: [connection]}
routes:
  - name: same
    match: {path: a, methods: []}
  - name: same
    compare:
      rules:
        - {path: $.a, header: b}
        - {ignore: true}
        - {header: a, key: id}
        - {path: a, ignore: false, until: 2026-02-30}
shutdown: {grace: 2s, deadline: 1s}
`;
  expect(places(text)).toEqual([
    'a.yaml:2:9 listen.address',
    'a.yaml:3:1 unknown key',
    'a.yaml:4:10 primary.url',
    'a.yaml:6:11 mirror.sample',
    'a.yaml:7:13 mirror.methods[0]',
    'a.yaml:7:18 mirror.methods[1]',
    'a.yaml:8:19 mirror.headers.set.host',
    'a.yaml:8:41 mirror.headers.set.x-a',
    'a.yaml:8:54 mirror.headers.remove[0]',
    'a.yaml:11:19 routes[0].match.path',
    'a.yaml:11:31 routes[0].match.methods',
    'a.yaml:12:11 routes[1].name',
    'a.yaml:15:11 routes[1].compare.rules[0]',
    'a.yaml:15:11 routes[1].compare.rules[0]',
    'a.yaml:16:11 routes[1].compare.rules[1]',
    'a.yaml:17:28 routes[1].compare.rules[2].key',
    'a.yaml:18:18 routes[1].compare.rules[3].path',
    'a.yaml:18:29 routes[1].compare.rules[3].ignore',
    'a.yaml:18:43 routes[1].compare.rules[3].until',
    'a.yaml:19:33 shutdown.deadline',
  ]);
});

describe('text that is not YAML, or more than is taken', () => {
  it.each([
    ['a: b: c', /^a\.yaml:1:4: not valid YAML \(Nested mappings.*\); found "b"; allowed: YAML 1\.2$/],
    ['log: {level: info', /^a\.yaml:1:18: not valid YAML \(.*\); found the end of the file/],
    ['\tlog: {}', /^a\.yaml:1:1: not valid YAML \(Tabs/],
    ['edges: 1\n---\nedges: 2', /^a\.yaml:2:1: a second YAML document; found more than one; allowed: one in a file$/],
    ['edges: 1\nlog: {}\nedges: 2', /^a\.yaml:3:1: duplicate key "edges"; found again here; allowed: each key once$/],
    [
      'edges: *none',
      /^a\.yaml:1:8: an alias without an anchor; found "\*none"; allowed: an anchor that stands before it, or text in quotes$/,
    ],
    ['edges: !!int 1', /^a\.yaml:1:8: not valid YAML \(Unresolved tag/],
    ['edges: !!binary aGk=', /^a\.yaml:1:17: a tagged value/],
    ['? [a]\n: 1', /^a\.yaml:1:3: a key that is not text; found a mapping or a list; allowed: text$/],
    ['log: {<<: info}', /^a\.yaml:1:7: a merge of something that is not a mapping/],
    [
      `log: ${'['.repeat(40)}${']'.repeat(40)}`,
      /^a\.yaml:1:\d+: nested too deeply; found more than 32 levels; allowed: 32$/,
    ],
  ])('%s', (text, expected) => {
    expect(problems(text)).toContainEqual(expect.stringMatching(expected));
  });

  it('aliases that multiply are refused before they fill the memory', () => {
    const levels = Array.from({ length: 20 }, (_, level) => `- &l${level} [${`*l${level - 1}, `.repeat(level && 10)}]`);
    expect(problems(levels.join('\n'))).toContainEqual(
      expect.stringContaining('too many values, once aliases are followed'),
    );
  });

  it('an alias of what it is in is refused', () => {
    expect(problems('log: &a {level: *a}')).toContainEqual(expect.stringContaining('nested too deeply'));
  });
});

describe('no message shows a secret', () => {
  it.each([
    'admin: {token: hunter2}',
    'mirror: {salt: hunter2}',
    'redact: {key: hunter2}',
    'shadow: http://user:hunter2@host',
    'shadow: http://user:hunter2@host/path?query',
    'mirror: {headers: {set: {authorization: "hunter2\\0"}}}',
    'mirror: {headers: {set: {a: hunter2, A: hunter2}}}',
    'routes: [{name: a, match: {headers: {authorization: "hunter2 "}}}]',
  ])('%s', (text) => {
    const said = problems(text).join();
    expect(said).not.toBe('');
    expect(said).not.toContain('hunter2');
  });

  it('nor one that the environment holds', () => {
    const said = problems(`admin: {token: "\${TOKEN}"}\nprimary: http://\${CREDENTIALS}@host`, {
      env: { TOKEN: 'hunter2', CREDENTIALS: 'user:hunter2' },
    });
    expect(said).toHaveLength(2);
    expect(said.join()).not.toContain('hunter2');
  });
});

describe('a target is scheme, host, port and perhaps a plain path', () => {
  it.each([
    ['localhost:3000', 'neither an http nor an https URL'],
    ['ftp://a', 'neither an http nor an https URL'],
    ['a', 'not a URL'],
    ['http://', 'not a valid URL'],
    ['http:a', 'not a valid URL'],
    ['http:\\\\a', 'not a valid URL'],
    ['http://a:99999', 'not a valid URL'],
    ['http://a:0', 'a URL with port 0'],
    ['http://a@b', 'a URL with credentials'],
    ['http://a?', 'a URL with a query'],
    ['http://a/?b=c', 'a URL with a query'],
    ['http://a#', 'a URL with a fragment'],
    ['http://a/b/../c', 'a URL with a path that is not plain'],
    ['http://a//b', 'a URL with a path that is not plain'],
    ['http://a/b c', 'not a valid URL'],
    ['http://a/é', 'a URL with a path that is not plain'],
    ['http://a/%zz', 'a URL with a path that is not plain'],
  ])('%s', (url, wrong) => {
    expect(problems(`primary: '${url}'`)).toEqual([
      expect.stringContaining(`a.yaml:1:10: primary.url: ${wrong}; found `),
    ]);
  });
});

describe('an address is host and port', () => {
  it.each([
    '',
    ':80',
    'a',
    '1.2.3.4',
    '1.2.3:80',
    '256.1.1.1:80',
    '::1:80',
    '[a]:80',
    'a:b',
    'a:65536',
    'a b:1',
    'http://a:1',
    'a/:1',
    '[::1]',
  ])('%j is none', (address) => {
    expect(places(`listen: '${address}'`)).toEqual(['a.yaml:1:9 listen.address']);
  });
});

describe('a route can not be matched by', () => {
  it.each([
    '',
    'a',
    '//',
    '/a//b',
    '/a?b',
    '/a#b',
    '/a/../b',
    '/./a',
    '/a;b',
    '/*/a',
    '/a*',
    '/:',
    '/:1',
    '/a b',
    '/é',
    '/%zz',
  ])('path %j', (path) => {
    expect(places(`routes: [{name: a, match: {path: '${path}'}}]`)).toEqual(['a.yaml:1:34 routes[0].match.path']);
  });

  it.each(['a:80', 'http://a', '*', 'a.*.b', '*a', 'a..b', ''])('host %j', (host) => {
    expect(places(`routes: [{name: a, match: {host: '${host}'}}]`)).toEqual(['a.yaml:1:34 routes[0].match.host']);
  });
});

describe('a rule can not address', () => {
  it.each(['', 'a', '.a', '$a', '$.', '$.a b', '$[', '$[a]', '$.items[*', '$..', '$[?@.a=1]', '$.a.', "$['a]"])(
    '%j',
    (path) => {
      const yaml = `compare: {rules: [{path: '${path.replaceAll("'", "''")}', ignore: true}]}`;
      expect(places(yaml)).toEqual(['a.yaml:1:26 compare.rules[0].path']);
    },
  );
});

describe('a rule can not do', () => {
  const EFFECTS =
    'ignore, as, within, mask, matches, oneOf, unordered, key, emptyIsMissing, anyCase, normalize, subset, rename, json, byteOrderMark, charset';
  it.each([
    ['path: $.a, ignore: true, within: 1', `19: compare.rules[0]: not exactly one of ${EFFECTS}; found a mapping of`],
    ['path: $.a', `19: compare.rules[0]: not exactly one of ${EFFECTS}; found a mapping of path; allowed: one of`],
    [
      'path: $.a, as: date',
      '35: compare.rules[0].as: not one of the choices; found "date"; allowed: uuid, timestamp, ',
    ],
    [
      'path: $.a, within: 2 s',
      '39: compare.rules[0].within: neither an amount nor a percentage nor a duration; found "2 s"; allowed: an amount',
    ],
    ['path: $.a, within: -1', '39: compare.rules[0].within: neither an amount nor'],
    [
      'path: $.a, as: uuid, within: 2s',
      '49: compare.rules[0].within: not for as: uuid; found "2s"; allowed: as: number or as: timestamp, or no within',
    ],
    [
      'path: $.a, as: timestamp, within: 0.1',
      '54: compare.rules[0].within: not for as: timestamp; found "0.1"; allowed: a duration together with as: timestamp',
    ],
    [
      'path: $.a, within: 2s, as: number',
      '39: compare.rules[0].within: not for as: number; found "2s"; allowed: an amount or a percentage',
    ],
    [
      'path: $.a, matches: "(a"',
      '40: compare.rules[0].matches: not a regular expression (missing closing ): `(a`); found "(a"; allowed: a regular',
    ],
    ['path: $.a, matches: "(?=a)"', '40: compare.rules[0].matches: not a regular expression (invalid or unsupported'],
    ['path: $.a, matches: ""', '40: compare.rules[0].matches: empty; found nothing; allowed: '],
    ['path: $.a, oneOf: []', '38: compare.rules[0].oneOf: an empty list; found a list of 0; allowed: a list, '],
    [
      'path: $.a, oneOf: open',
      '38: compare.rules[0].oneOf: not a list; found "open"; allowed: a list, each element a text',
    ],
    [
      'path: $.a, oneOf: [[a]]',
      '39: compare.rules[0].oneOf[0]: not a single value; found a list of 1; allowed: a text',
    ],
    ['path: $.a, subset: false', '39: compare.rules[0].subset: not true; found "false"; allowed: true'],
    ['status: 200', '28: compare.rules[0].status: not a list; found '],
    ['status: [200]', '28: compare.rules[0].status: not two statuses; found a list of 1'],
    ['status: [200, 99]', '34: compare.rules[0].status[1]: not a status; found "99"; allowed: a status such as 400'],
    ['status: [2xx, 6xx]', '34: compare.rules[0].status[1]: not a status; found "6xx"'],
    ['status: [200, 302], path: $.a', '19: compare.rules[0]: not exactly one of path, header, status; '],
    ['path: $.a, ignore: moved', '39: compare.rules[0].ignore: neither true nor a kind of difference; found "moved"; '],
    [
      'path: $.a, ignore: [added, true]',
      '47: compare.rules[0].ignore[1]: not one of the choices; found "true"; allowed: ',
    ],
    ['status: [200, 302], ignore: true', '48: compare.rules[0].ignore: not together with status; '],
    ['path: $.a, except: [host]', '39: compare.rules[0].except: not together with as: url; '],
    ['path: $.a, as: uuid, except: [host]', '49: compare.rules[0].except: not together with as: url; '],
    ['path: $.a, as: url, except: [hosts]', '49: compare.rules[0].except[0]: not a part of a URL; found "hosts"'],
    ['path: $.a, as: url, except: []', '48: compare.rules[0].except: an empty list; '],
    ['path: $.a, mask: "("', '37: compare.rules[0].mask: not a regular expression (missing closing )'],
    [
      'header: "x-a[b].c", ignore: true',
      '28: compare.rules[0].header: an attribute of something other than a cookie; ',
    ],
    ['header: "x-a[]", ignore: true', '28: compare.rules[0].header: not a header name; '],
    ['header: "set-cookie[a]", rename: x-b', '53: compare.rules[0].rename: not for a part of a header; '],
    ['header: x-a, subset: true', '41: compare.rules[0].subset: not for a header; found "true"; allowed: ignore, as, '],
    ['header: x-a, json: true', '39: compare.rules[0].json: not for a header; '],
    ['header: x-a, rename: a b', '41: compare.rules[0].rename: not a header name; found "a b"; allowed: a header name'],
  ])('%s', (rule, expected) => {
    expect(problems(`compare: {rules: [{${rule}}]}`)).toEqual([expect.stringContaining(`a.yaml:1:${expected}`)]);
  });

  it('within, which is wrong itself and is therefore not judged beside its class', () => {
    expect(places('compare: {rules: [{path: $.a, as: uuid, within: much}]}')).toEqual([
      'a.yaml:1:49 compare.rules[0].within',
    ]);
  });
});

describe('a proxy is an address or a network', () => {
  it.each([
    '',
    'a',
    '1.2.3',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/-1',
    '1.2.3.4/8/8',
    '::1/129',
    'fe80::1%eth0',
    '1.2.3.4:80',
  ])('%j is none', (network) => {
    expect(places(`client: {trustedProxies: ['${network}']}`)).toEqual(['a.yaml:1:27 client.trustedProxies[0]']);
  });
});
