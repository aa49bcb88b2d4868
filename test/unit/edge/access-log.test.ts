import { expect, test } from 'vitest';
import { type AccessFormat, AccessLog, type AccessRequest, type Cut } from '../../../src/edge/access-log.ts';
import { makeLogRedaction } from '../../../src/findings/log-redaction.ts';

const AT = Date.UTC(2026, 10, 22, 3, 58, 17, 250);

interface Setting {
  readonly format?: AccessFormat;
  readonly sample?: number;
  readonly redactedQuery?: readonly string[];
  readonly drawn?: readonly number[];
}

function setting({ format = 'combined', sample = 1, redactedQuery = [], drawn = [0] }: Setting = {}) {
  const lines: string[] = [];
  let now = 1000;
  let draws = 0;
  const log = new AccessLog({
    format,
    sample,
    redaction: makeLogRedaction({ headers: [], paths: [], query: redactedQuery }),
    clock: { wall: () => AT, monotonic: () => now },
    random: () => drawn[draws++ % drawn.length]!,
    sink: { write: (line) => lines.push(line) },
  });
  const serve = (
    request: Partial<NonNullable<AccessRequest['head']>> | 'unreadable',
    status = 200,
    bytes = 12,
    cut?: Cut,
    servedBy?: 'shadow',
  ) => {
    const line = log.begin();
    if (line === undefined) return;
    line.bytes = bytes;
    now += 1.5;
    const head =
      request === 'unreadable'
        ? undefined
        : { method: 'GET', writtenTarget: '/', version: '1.1', fields: [], ...request };
    line.end({ address: '192.0.2.7', head, requestId: 'r-1', route: 'default', servedBy }, status, cut);
  };
  return { lines, serve };
}

const FIELDS = ['Host', 'shop.test', 'User-Agent', 'curl/8', 'Referer', 'http://a.test/'];

test.each<[AccessFormat, string]>([
  ['common', '192.0.2.7 - - [22/Nov/2026:03:58:17 +0000] "GET /a?b=1 HTTP/1.0" 404 12\n'],
  ['combined', '192.0.2.7 - - [22/Nov/2026:03:58:17 +0000] "GET /a?b=1 HTTP/1.0" 404 12 "http://a.test/" "curl/8"\n'],
  [
    'json',
    '{"time":"2026-11-22T03:58:17.250Z","client":"192.0.2.7","method":"GET","target":"/a?b=1","protocol":"HTTP/1.0","host":"shop.test","status":404,"bytes":12,"duration":0.0015,"route":"default","requestId":"r-1","referer":"http://a.test/","userAgent":"curl/8"}\n',
  ],
])('a request is one line of the %s log', (format, line) => {
  const { lines, serve } = setting({ format });
  serve({ writtenTarget: '/a?b=1', version: '1.0', fields: FIELDS }, 404);
  expect(lines).toEqual([line]);
});

test.each<[AccessFormat, string]>([
  ['common', '192.0.2.7 - - [22/Nov/2026:03:58:17 +0000] "-" 400 -\n'],
  ['combined', '192.0.2.7 - - [22/Nov/2026:03:58:17 +0000] "-" 400 - "-" "-"\n'],
])('a request that could not be read is a line of the %s log without it', (format, line) => {
  const { lines, serve } = setting({ format });
  serve('unreadable', 400, 0);
  expect(lines).toEqual([line]);
});

test('a request without an answer has no status', () => {
  const [apache, json] = [setting(), setting({ format: 'json' })];
  apache.serve({}, 0, 0);
  json.serve({}, 0, 0);
  expect(apache.lines[0]).toContain('" - - "');
  expect(JSON.parse(json.lines[0]!)).toMatchObject({ status: null, bytes: 0 });
});

test('a request that the shadow served is marked within the form of each log, beside what cut its response', () => {
  const [apache, json] = [setting({ format: 'common' }), setting({ format: 'json' })];
  for (const { serve } of [apache, json]) {
    serve({}, 200, 12, undefined, 'shadow');
    serve({}, 200, 12, 'candidate_failed', 'shadow');
  }
  expect(apache.lines.map((line) => line.split(' ')[1])).toEqual(['shadow', 'shadow,candidate_failed']);
  expect(json.lines.map((line) => JSON.parse(line))).toMatchObject([
    { servedBy: 'shadow' },
    { servedBy: 'shadow', cut: 'candidate_failed' },
  ]);
});

test.each<Cut>(['client_aborted', 'primary_failed'])(
  'a response cut by %s is marked within the form of each log',
  (cut) => {
    const logs = (['json', 'common', 'combined'] as const).map((format) => setting({ format }));
    for (const { serve } of logs) serve({}, 200, 12, cut);
    const [json, common, combined] = logs.map(({ lines }) => lines[0]!);
    expect(JSON.parse(json!)).toMatchObject({ status: 200, cut, bytes: 12 });
    expect(common).toBe(`192.0.2.7 ${cut} - [22/Nov/2026:03:58:17 +0000] "GET / HTTP/1.1" 200 12\n`);
    expect(combined).toBe(`192.0.2.7 ${cut} - [22/Nov/2026:03:58:17 +0000] "GET / HTTP/1.1" 200 12 "-" "-"\n`);
  },
);

const HOSTILE = 'x" 200 1\r\n192.0.2.9 - - [] "GET \\ \t\u001b[2J\u007f\u009b\u00ff';

test.each<AccessFormat>(['json', 'common', 'combined'])(
  'nothing that a client sends forges or steers the %s log',
  (format) => {
    const { lines, serve } = setting({ format });
    serve({
      method: HOSTILE,
      writtenTarget: HOSTILE,
      fields: ['User-Agent', HOSTILE, 'Referer', HOSTILE, 'Host', HOSTILE],
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[\x20-\x7e]+\n$/);
    if (format === 'json') {
      const { method, target, userAgent } = JSON.parse(lines[0]!);
      expect([method, target, userAgent]).toEqual([HOSTILE, HOSTILE, HOSTILE]);
    } else {
      const quotes = lines[0]!.match(/"(?:[^"\\]|\\.)*"/g)!;
      expect(quotes).toHaveLength(format === 'common' ? 1 : 3);
      expect(quotes[0]).toContain('\\x0d\\x0a');
    }
  },
);

test('the values of redacted query parameters are not shown, however their names are written', () => {
  const { lines, serve } = setting({ format: 'common', redactedQuery: ['ticket'] });
  serve({ writtenTarget: '/?a=1&ticket=s3cret&%74icket=s3cret&xticket=open&ticket' });
  expect(lines[0]).toContain('/?a=1&ticket=[redacted]&%74icket=[redacted]&xticket=open&ticket ');
});

test.each<[string, string]>([
  ['/a?access_token=s3cret&x=1', '/a?access_token=[redacted]&x=1'],
  ['/a?x=1&apiKey=s3cret#password=s3cret', '/a?x=1&apiKey=[redacted]#password=[redacted]'],
  ['/a;jsessionid=s3cret;v=1/b', '/a;jsessionid=[redacted];v=1/b'],
  ['/reset/s3cret-s3cret', '/reset/[redacted]'],
  ['/oauth/callback?code=s3cret&state=1', '/oauth/callback?code=[redacted]&state=1'],
  ['/card/4111111111111111', '/card/[redacted]'],
  ['http://me:s3cret@shop.test/', 'http://[redacted]@shop.test/'],
])('of %s what is secret is not shown, in the target and in the Referer', (target, shown) => {
  const { lines, serve } = setting({ format: 'combined' });
  serve({ writtenTarget: target, fields: ['Referer', target] });
  expect(lines[0]).toContain(`"GET ${shown} HTTP/1.1" 200 12 "${shown}" "-"`);
});

test('a sample is a share of the requests', () => {
  const { lines, serve } = setting({ sample: 0.5, drawn: [0.2, 0.7, 0.49, 0.5] });
  for (const writtenTarget of ['/0', '/1', '/2', '/3']) serve({ writtenTarget });
  expect(lines.map((line) => /GET (\S+)/.exec(line)![1])).toEqual(['/0', '/2']);
});
