import { brotliCompressSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NOTHING_COMPARED } from '../../../src/findings/collector.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { Difference } from '../../../src/model/difference.ts';
import type { CapturedExchange } from '../../../src/model/exchange.ts';
import type { RecordedBody, RecordedExchange } from '../../../src/model/finding.ts';
import { answer, captured } from '../../support/captured.ts';

const KEY = Buffer.from('a key for the tests');
const TOKEN = /^~token:[0-9a-f]{12}~$/;

interface Options {
  readonly headers?: readonly string[];
  readonly paths?: readonly string[];
  readonly query?: readonly string[];
  readonly key?: Buffer;
  readonly differences?: readonly Difference[];
  readonly omitted?: number;
}

function redact(exchange: CapturedExchange, options: Options = {}): RecordedExchange {
  const { headers = [], paths = [], query = [], key = KEY, differences = [], omitted = 0 } = options;
  const comparison = { ...NOTHING_COMPARED, differences, omitted };
  return new Redactor({ headers, paths, query }, key).redactExchange(exchange, {
    route: 'orders',
    ending: 'mismatch',
    comparison,
  });
}

/** The token of a value under `KEY`. */
function token(value: string): string {
  return header('x-api-key', value);
}

/** What is recorded of one request header. */
function header(name: string, value: string, options: Options = {}): string {
  return redact(captured({ request: { fields: [name, value] } }), options).request.fields[1]!;
}

function target(value: string, options: Options = {}): string {
  return redact(captured({ request: { target: value } }), options).request.target;
}

/** What is recorded of a body of this type. */
function body(type: string, content: string | Uint8Array, options: Options = {}, encoding?: string): RecordedBody {
  const fields = ['Content-Type', type, ...(encoding === undefined ? [] : ['Content-Encoding', encoding])];
  const { primary } = redact(captured({ primary: answer({ fields, body: content }) }), options);
  return 'failure' in primary ? expect.fail('no answer') : primary.body;
}

const json = (content: string, paths: readonly string[]) => body('application/json', content, { paths }).content;

function difference(path: string, left: string, exchange: CapturedExchange, options: Options = {}): string {
  return redact(exchange, { ...options, differences: [{ path, kind: 'value', left }] }).differences[0]!.left!;
}

describe('a token', () => {
  it('is the same for equal values, another for others, and another under another key', () => {
    expect(token('secret')).toMatch(TOKEN);
    expect(token('secret')).toBe(token('secret'));
    expect(token('secret')).not.toBe(token('Secret'));
    expect(header('x-api-key', 'secret', { key: Buffer.from('other') })).not.toBe(token('secret'));
  });

  it('is the same wherever and however the value is written', () => {
    const value = 'p&ss "wörd"';
    const expected = json(JSON.stringify({ a: value }), ['$.a']);
    expect(expected).toMatch(/^\{"a":"~token:/);
    expect(target(`/?password=${encodeURIComponent(value)}`)).toBe(`/?password=${JSON.parse(expected).a}`);
    expect(json('{"a":"p&ss \\u0022w\\u00f6rd\\""}', ['$.a'])).toBe(expected);
  });

  it('stands for no empty value, and is not hidden again', () => {
    expect(header('x-api-key', '')).toBe('');
    expect(header('x-api-key', token('secret'))).toBe(token('secret'));
  });
});

describe('headers', () => {
  it.each([
    'Authorization',
    'PROXY-authorization',
    'x-api-key',
    'Api-Key',
    'X-Auth-Token',
    'x-CSRF-token',
    'X-XSRF-TOKEN',
    'X-Access-Token',
    'Private-Token',
    'X-Amz-Security-Token',
    'x-goog-api-key',
    'X-Vault-Token',
    'Ocp-Apim-Subscription-Key',
    'X-Client-Secret',
    'X-Hub-Signature',
    'x_session_id',
  ])('hide the value of %s', (name) => {
    expect(header(name, 'the secret')).toBe(token('the secret'));
  });

  it.each(['Host', 'Accept', 'ETag', 'Idempotency-Key', 'Sec-WebSocket-Key', 'X-Author', 'Tokens-Left', 'X-Customer'])(
    'show the value of %s',
    (name) => {
      expect(header(name, 'the value')).toBe('the value');
    },
  );

  it('hide what the configuration names', () => {
    expect(header('X-Customer', 'jane', { headers: ['x-customer'] })).toBe(token('jane'));
  });

  it('show the scheme of a credential, if it is a known one', () => {
    expect(header('Authorization', 'Bearer abc')).toBe(`Bearer ${token('abc')}`);
    expect(header('Authorization', 'basic  dXNlcjpwYXNz')).toBe(`basic  ${token('dXNlcjpwYXNz')}`);
    expect(header('Authorization', 'Mine abc')).toBe(token('Mine abc'));
  });

  it('show the names of cookies and hide their values', () => {
    expect(header('Cookie', 'sid=abc; theme=dark;empty=; alone')).toBe(
      `sid=${token('abc')}; theme=${token('dark')};empty=; ${token('alone')}`,
    );
  });

  it('show the attributes of a cookie that is set', () => {
    const { primary } = redact(
      captured({
        primary: answer({
          fields: [
            'set-Cookie',
            'sid=abc; Path=/; HttpOnly; SameSite=Lax',
            'SET-COOKIE',
            'sid2=def; odd=ghi; Max-Age=5',
          ],
        }),
      }),
    );
    expect(primary).toMatchObject({
      fields: [
        'set-Cookie',
        `sid=${token('abc')}; Path=/; HttpOnly; SameSite=Lax`,
        'SET-COOKIE',
        `sid2=${token('def')}; odd=${token('ghi')}; Max-Age=5`,
      ],
    });
  });

  it('hide parameters and user information of URLs in them', () => {
    expect(header('Referer', 'https://me:pw@shop.test/a?x=1&token=abc#access_token=def')).toBe(
      `https://${token('me:pw')}@shop.test/a?x=1&token=${token('abc')}#access_token=${token('def')}`,
    );
    expect(header('Link', '</next?api_key=abc&page=2>; rel="next"')).toBe(
      `</next?api_key=${token('abc')}&page=2>; rel="next"`,
    );
  });

  it('are redacted in requests, answers of all legs, and trailers', () => {
    const fields = ['X-Api-Key', 'the secret'];
    const leg = answer({ fields, trailers: fields });
    const recorded = redact(captured({ request: { fields }, primary: leg, shadow: leg, control: leg }));
    expect(JSON.stringify(recorded)).not.toContain('the secret');
    expect(JSON.stringify(recorded).split(token('the secret'))).toHaveLength(8);
  });
});

describe('the request target', () => {
  it.each([
    ['/a?token=abc', `/a?token=${token('abc')}`],
    ['/a?TOKEN=abc&x=1', `/a?TOKEN=${token('abc')}&x=1`],
    ['/a?x=1&api%5Fkey=abc', `/a?x=1&api%5Fkey=${token('abc')}`],
    ['/a?user[password]=abc', `/a?user[password]=${token('abc')}`],
    ['/a?user%5Bpassword%5D=abc', `/a?user%5Bpassword%5D=${token('abc')}`],
    ['/a?password=a"b<c;d', `/a?password=${token('a"b<c;d')}`],
    ['/a?x=1;token=abc;y=2', `/a?x=1;token=${token('abc;y=2')}`],
    ['/a?token=a=b', `/a?token=${token('a=b')}`],
    ['/a?token=%zz', `/a?token=${token('%zz')}`],
    ['/a?token=', '/a?token='],
    ['/a?token', '/a?token'],
    ['/token=abc/x', `/token=${token('abc')}/x`],
    ['/a?x=%2F..//;q&&=', '/a?x=%2F..//;q&&='],
    ['http://me:pw@shop.test/?sig=abc', `http://${token('me:pw')}@shop.test/?sig=${token('abc')}`],
    ['*', '*'],
  ])('%s', (given, expected) => {
    expect(target(given)).toBe(expected);
  });

  it('hides the parameters that the configuration names', () => {
    expect(target('/a?email=me&x=1', { query: ['EMail'] })).toBe(`/a?email=${token('me')}&x=1`);
  });
});

describe('JSON bodies', () => {
  it.each([
    ['a member', '{"a":"x","b":"y"}', '$.a', ['x']],
    ['a member deep inside', '{"u":{"p":{"a":"x"},"a":"keep"}}', '$.u.p.a', ['x']],
    ['members of array elements', '[{"a":"x"},{"a":"y"},{"b":"z"}]', '$[*].a', ['x', 'y']],
    ['an element by its index: all of them', '{"l":["x","y"]}', '$.l[0]', ['x', 'y']],
    ['members at any depth', '{"a":"x","b":[{"a":"y"},{"c":{"a":"z"}}]}', '$..a', ['x', 'y', 'z']],
    ['a name in brackets', '{"a b":"x"}', "$['a b']", ['x']],
    ['a name with escapes', '{"p\\u0061ss":"x"}', '$.pass', ['x']],
    ['each of two members of one name', '{"a":"x","a":"y"}', '$.a', ['x', 'y']],
    ['a member that a later one of the same name hides', '{"o":{"a":"x"},"o":{}}', '$.o.a', ['x']],
    ['any member', '{"a":"x","b":"y"}', '$.*', ['x', 'y']],
    ['members that a filter chooses', '{"l":[{"k":1,"a":"x"},{"k":2,"a":"y"}]}', '$.l[?@.k==1].a', ['x', 'y']],
  ])('hide %s', (_, content, path, secrets) => {
    const expected = secrets.reduce((text, secret) => text.replace(`"${secret}"`, `"${token(secret)}"`), content);
    expect(json(content, [path])).toBe(expected);
  });

  it('hide a number, a truth value, an object and an array as one, and show null', () => {
    expect(json('{"a":12.50}', ['$.a'])).toBe(`{"a":"${token('12.50')}"}`);
    expect(json('{"a":{"b":1}}', ['$.a'])).toBe(`{"a":"${token('{"b":1}')}"}`);
    expect(json('{"a":[1, 2]}', ['$.a'])).toBe(`{"a":"${token('[1, 2]')}"}`);
    expect(json('{"a":null}', ['$.a'])).toBe('{"a":null}');
    expect(json('["x"]', ['$'])).toBe(`"${token('["x"]')}"`);
  });

  it('stay byte for byte what they are everywhere else', () => {
    const content = ' {"id": 9007199254740993, "n":1.0,\n"a":"x", "a2":"\\u00e9", "x":[1,1]}\n';
    expect(json(content, ['$.a'])).toBe(content.replace('"x",', `"${token('x')}",`));
    expect(json(content, ['$.id2', '$.a.b'])).toBe(content);
  });

  it('are not confused by depth or by size', () => {
    const deep = `${'{"a":'.repeat(5_000)}"x"${'}'.repeat(5_000)}`;
    expect(json(deep, ['$..b']) === deep).toBe(true);
    expect(json(deep, ['$..a'])).toMatch(/^\{"a":"~token:[^"]+"\}$/);
    const wide = `[${Array.from({ length: 200_000 }, () => '{"a":"secret!!"}').join(',')}]`;
    expect(json(wide, ['$[*].a'])).not.toContain('secret!!');
  });

  it('are redacted whatever type they claim, and with a byte order mark', () => {
    for (const type of ['text/plain', 'application/problem+json', 'text/html', 'application/octet-stream', '']) {
      expect(body(type, '{"a":"x"}', { paths: ['$.a'] }).content).toBe(`{"a":"${token('x')}"}`);
    }
    expect(body('application/json', '\ufeff{"a":"x"}', { paths: ['$.a'] }).content).toBe(`{"a":"${token('x')}"}`);
    const utf16 = Buffer.from('{"a":"x"}', 'utf16le');
    expect(body('application/json; charset=utf-16le', utf16, { paths: ['$.a'] }).content).toBe(`{"a":"${token('x')}"}`);
  });

  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['GZIP, br', (bytes: Uint8Array) => brotliCompressSync(gzipSync(bytes))],
  ])('are redacted when coded as %s', (coding, compress) => {
    const recorded = body('application/json', compress(Buffer.from('{"a":"x"}')), { paths: ['$.a'] }, coding);
    expect(recorded).toEqual({ encoding: 'utf8', content: `{"a":"${token('x')}"}`, length: 9, truncated: false });
  });

  it.each([
    ['cut short', 'application/json', '{"a":"my secret","b":'],
    ['not JSON at all', 'application/json', 'a: my secret'],
    ['several texts', 'application/x-ndjson', '{"a":"my secret"}\n{"a":"my secret"}\n'],
    ['a call around it', 'text/javascript', 'callback({"a":"my secret"})'],
    ['events', 'text/event-stream', 'data: {"a": "my secret"}\n\n'],
    ['quoted in a string', 'text/html', '<p data-x="{\\"a\\":\\"my secret\\"}">'],
    ['another format', 'application/msgpack', Buffer.from([0x81, 0xa1, 0x61, 0xc1, ...Buffer.from('my secret')])],
    ['no text', 'application/json', Buffer.from('{"a":"my secret \xff"}', 'latin1')],
  ])('are withheld where the paths cannot be applied: %s', (_, type, content) => {
    const recorded = body(type, content, { paths: ['$.a'] });
    expect(recorded.content).toMatch(/^~token:[0-9a-f]{12}~ withheld: not /);
    expect(recorded.length).toBe(Buffer.from(content).length);
  });

  it('that cannot be decoded are withheld', () => {
    const cut = gzipSync('{"a":"my secret"}').subarray(0, -9);
    expect(body('application/json', cut, {}, 'gzip').content).toMatch(/withheld: not valid gzip$/);
    expect(body('application/json', '{}', {}, 'rot13').content).toMatch(/withheld: unknown content coding rot13$/);
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    expect(body('application/json', bomb, {}, 'gzip').content).toMatch(/withheld: longer than/);
  });

  it('equal and withheld have equal tokens', () => {
    const one = body('application/json', '{"a":"my secret', { paths: ['$.a'] });
    expect(body('application/json', '{"a":"my secret', { paths: ['$.a'] })).toEqual(one);
    expect(body('application/json', '{"a":"my secreT', { paths: ['$.a'] })).not.toEqual(one);
  });

  it('without configured paths are shown, even if they are cut short', () => {
    expect(body('application/json', '{"a":"x').content).toBe('{"a":"x');
  });
});

describe('other bodies', () => {
  it('of forms hide the fields with telling names, strictly', () => {
    const form = 'user=me&password=my secret "x" <y>;z&user%5Btoken%5D=abc';
    expect(body('application/x-www-form-urlencoded; charset=utf-8', form).content).toBe(
      `user=me&password=${token('my secret "x" <y>;z')}&user%5Btoken%5D=${token('abc')}`,
    );
  });

  it('of forms hide the fields that paths lead to', () => {
    const recorded = body('application/x-www-form-urlencoded', 'e%2Dmail=me&b=1', { paths: ["$['e-mail']"] });
    expect(recorded.content).toBe(`e%2Dmail=${token('me')}&b=1`);
  });

  it.each([
    ['text/csv', 'id,email\n1,me@home.test\n'],
    ['text/yaml', 'email : me@home.test'],
    ['application/x-protobuf', Buffer.from('\0email\0me')],
    ['', 'email me@home.test'],
  ])('of formats with names of their own are withheld where a hidden name is in them: %s', (type, content) => {
    expect(body(type, content, { paths: ['$[*].email'] }).content).toContain('withheld');
    expect(body(type, content, { paths: ['$[*].phone'] }).content).not.toContain('withheld');
  });

  it('of prose are shown, though they have a hidden name for a word', () => {
    expect(body('text/html', '<p>your email</p>', { paths: ['$[*].email'] }).content).toBe('<p>your email</p>');
  });

  it('of forms in parts hide the parts with telling names', () => {
    const part = (name: string) =>
      `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nmy secret\r\n--b--\r\n`;
    expect(body('multipart/form-data; boundary=b', part('password')).content).toBe(
      part('password').replace('my secret', token('my secret')),
    );
    expect(body('multipart/form-data; boundary=b', part('title')).content).toContain('my secret');
  });

  it('of text hide parameters of URLs in them', () => {
    expect(body('text/html', '<a href="/x?sig=abc&y=1">').content).toBe(`<a href="/x?sig=${token('abc')}&y=1">`);
    expect(body('application/json', '{"next":"https://a/?token=abc"}').content).toBe(
      `{"next":"https://a/?token=${token('abc')}"}`,
    );
  });

  it('that are not text are recorded as bytes', () => {
    const bytes = Buffer.from([0, 255, 1, 254]);
    expect(body('image/png', bytes)).toEqual({
      encoding: 'base64',
      content: bytes.toString('base64'),
      length: 4,
      truncated: false,
    });
  });

  it('are cut to 64 KiB, never inside a character', () => {
    const text = body('text/plain', `${'é'.repeat(32_767)}𝄞${'é'.repeat(100_000)}`);
    expect(Buffer.byteLength(text.content)).toBe(65_534);
    expect(text).toMatchObject({ truncated: true, length: 265_538 });
    const bytes = body('image/png', Buffer.alloc(200_000, 255));
    expect(Buffer.from(bytes.content, 'base64')).toHaveLength(65_536);
    expect(bytes).toMatchObject({ truncated: true, length: 200_000 });
    expect(body('text/plain', 'x'.repeat(65_536))).toMatchObject({ truncated: false });
    expect(body('text/plain', 'x'.repeat(65_537))).toMatchObject({ truncated: true });
  });
});

describe('a secret that is repeated elsewhere in the exchange', () => {
  const secret = 'Sup3r/Secret&Value';

  it.each([
    ['as it is', secret],
    ['percent-encoded', encodeURIComponent(secret)],
    ['in a JSON string', JSON.stringify(`${secret}"`).slice(1, -1)],
  ])('is hidden there too, %s', (_, written) => {
    const echo = answer({ fields: ['X-Echo', `you said ${written}`], body: `you said ${written}.`, reason: written });
    const recorded = redact(
      captured({
        request: { fields: ['Authorization', `Bearer ${written.endsWith('\\"') ? `${secret}"` : secret}`] },
        primary: echo,
        shadow: { failure: 'invalid', detail: `got ${written}` },
      }),
      { differences: [{ path: 'line', kind: 'value', left: `you said ${written}.` }] },
    );
    expect(JSON.stringify(recorded)).not.toContain('Secret');
  });

  it('is hidden in bytes, and where the end of the record cuts it', () => {
    const fields = ['X-Api-Key', secret];
    const bytes = Buffer.concat([Buffer.from([0, 255]), Buffer.from(secret)]);
    const binary = redact(captured({ request: { fields }, primary: answer({ body: bytes }) })).primary;
    expect(Buffer.from('failure' in binary ? '' : binary.body.content, 'base64').toString()).not.toContain('Secret');
    for (let at = 65_536 - 20; at < 65_540; at++) {
      const text = 'x'.repeat(at) + secret.repeat(6_000);
      const { primary } = redact(captured({ request: { fields }, primary: answer({ body: text }) }));
      expect('failure' in primary ? '' : primary.body.content.slice(at - 10)).not.toContain('Sup3r');
    }
  });

  it('is hidden even when it appears before the place that gives it away', () => {
    const primary = answer({ body: `the token is ${secret}` });
    const shadow = answer({ fields: ['Set-Cookie', `sid=${secret}`] });
    expect(JSON.stringify(redact(captured({ primary, shadow })))).not.toContain('Secret');
  });

  it('does not hide common words: a short value is no mark of a secret', () => {
    const recorded = redact(
      captured({ request: { fields: ['Cookie', 'a=1; b=true'] }, primary: answer({ body: 'true: 1' }) }),
    );
    expect(recorded.primary).toMatchObject({ body: { content: 'true: 1' } });
  });
});

describe('the values of differences', () => {
  const paths = ['$.user.password', '$.items[*].code'];
  const leg = answer({
    fields: ['Content-Type', 'application/json', 'Set-Cookie', 'sid=abc; Path=/', 'X-Token', 'abc', 'ETag', '"1"'],
    body: '{"user":{"password":"x"},"items":[]}',
  });
  const exchange = captured({ primary: leg, shadow: leg });

  it('shows a status as it is, whatever is to be hidden in bodies', () => {
    expect(difference('status', '404', exchange, { paths })).toBe('404');
  });

  it('under a hidden path are tokens, the same as in the body', () => {
    expect(difference('$.user.password', 'x', exchange, { paths })).toBe(token('x'));
    expect(difference('$.user.password.inner', 'x', exchange, { paths })).toBe(token('x'));
    expect(difference('$.items[*].code', '5', exchange, { paths })).toBe(token('5'));
    expect(difference("$['user']['password']", 'x', exchange, { paths })).toBe(token('x'));
    expect(difference('$.{*}.password', 'x', exchange, { paths })).toBe(token('x'));
  });

  it('that contain a hidden path are redacted inside, or whole where they are cut', () => {
    expect(difference('$.user', '{"password":"x","n":1}', exchange, { paths })).toBe(
      `{"password":"${token('x')}","n":1}`,
    );
    expect(difference('$.items', '[{"code":1},{"code":2}]', exchange, { paths })).toBe(
      `[{"code":"${token('1')}"},{"code":"${token('2')}"}]`,
    );
    expect(difference('$.user', '{"password":"x…', exchange, { paths })).toMatch(TOKEN);
    expect(difference('$', '{"user":{"password":"x"}}', exchange, { paths })).toBe(
      `{"user":{"password":"${token('x')}"}}`,
    );
  });

  it('elsewhere are shown', () => {
    for (const path of ['$.user.name', '$.items[*].price', '$.users.passwordless', '$.other']) {
      expect(difference(path, 'x', exchange, { paths })).toBe('x');
    }
    expect(difference('$.user', 'a string', exchange, { paths })).toBe('a string');
    expect(difference('$.other', '{"colour":"x…', exchange, { paths })).toBe('{"colour":"x…');
    expect(difference('header.etag', '"1"', exchange)).toBe('"1"');
    expect(difference('status', '200', exchange)).toBe('200');
  });

  it('are tokens where the path does not say clearly enough what they are', () => {
    expect(difference('$.very….deep', 'x', exchange, { paths })).toMatch(TOKEN);
    expect(difference('$.odd[[', 'x', exchange, { paths })).toMatch(TOKEN);
    expect(difference('line', 'x', exchange, { paths })).toMatch(TOKEN);
    expect(difference('bytes', 'x', exchange, { paths })).toMatch(TOKEN);
  });

  it('of a body that was withheld are tokens', () => {
    const withheld = captured({ primary: answer({ fields: ['Content-Type', 'application/json'], body: '{"user":' }) });
    expect(difference('line', '{"user":', withheld, { paths })).toMatch(TOKEN);
  });

  it('of a leg that failed are tokens', () => {
    const failed = captured({ primary: { failure: 'reset', detail: '' } });
    expect(difference('status', '200', failed)).toMatch(TOKEN);
  });

  it('of secret fields are those of the redacted fields, whatever form the text has', () => {
    for (const text of ['sid=abc; Path=/', '["sid=abc; Path=/"]', 'sid=ab…']) {
      expect(difference('header.set-cookie', text, exchange)).toBe(`sid=${token('abc')}; Path=/`);
    }
    expect(difference('header.x-token', 'ab…', exchange)).toBe(token('abc'));
    expect(difference('header.x-api-key', 'abc', exchange)).toBe(token('abc'));
    expect(difference('trailer.x-token', 'abc', exchange)).toBe(token('abc'));
    expect(difference('header.location', '/a?token=abc', exchange)).toBe(`/a?token=${token('abc')}`);
  });

  it('of cookies are tokens, and those of their attributes are shown', () => {
    expect(difference('header.set-cookie[sid]', 'abc', exchange)).toBe(token('abc'));
    expect(difference('header.set-cookie[a].b]', 'abc', exchange)).toBe(token('abc'));
    expect(difference('header.set-cookie[sid].samesite', 'Lax', exchange)).toBe('Lax');
    expect(difference('header.set-cookie[sid].odd', 'abc', exchange)).toBe(token('abc'));
  });

  it('of forms hide fields with telling names, and those that paths lead to', () => {
    const form = captured({
      primary: answer({ fields: ['Content-Type', 'application/x-www-form-urlencoded'], body: 'a=1&password=abc' }),
    });
    expect(difference('line', 'a=1&password=abc', form)).toBe(`a=1&password=${token('abc')}`);
    expect(difference('$.password', 'abc', form)).toBe(token('abc'));
    expect(difference("$['x-amz-signature'][*]", 'abc', form)).toBe(token('abc'));
    expect(difference('$.a', '1', form)).toBe('1');
    expect(difference('$.a', 'abc', form, { paths: ['$.a'] })).toBe(token('abc'));
    expect(difference('$', '{"password":"abc"}', form)).toMatch(TOKEN);
  });

  it('are at most 100, and the rest is counted', () => {
    const differences = Array.from({ length: 250 }, (_, index) => ({ path: `$.a${index}`, kind: 'value' as const }));
    const recorded = redact(exchange, { differences, omitted: 7 });
    expect(recorded.differences).toHaveLength(101);
    expect(recorded.differences.at(-1)).toEqual({ path: '…', kind: 'budget', right: '157 more differences' });
  });
});

describe('the paths of differences', () => {
  const redactor = new Redactor({ headers: [], query: [], paths: ['$.sessions', '$.users[*].token'] }, KEY);
  const path = (text: string) => {
    const differences = [{ path: text, kind: 'value' as const }];
    return redactor.redactPaths({ ...NOTHING_COMPARED, differences }).differences[0]!.path;
  };

  it.each([
    ['$.sessions', '$.sessions'],
    ['$.sessions.abc123.user', '$.sessions.…'],
    ["$.sessions['abc-123']", '$.sessions.…'],
    ['$.sessions[*].id', '$.sessions.…'],
    ['$.users[*].token.abc', '$.users[*].token.…'],
    ['$.users[*].name', '$.users[*].name'],
    ["$['sessions'].abc", "$['sessions'].…"],
    ['$.users.a….b', '$.users.…'],
    ['$.other.a….b', '$.other.a….b'],
    ['header.sessions.a', 'header.sessions.a'],
    ['line', 'line'],
  ])('%s is recorded as %s', (given, expected) => {
    expect(path(given)).toBe(expected);
  });
});

describe('redaction', () => {
  it('never throws and leaves no canary, whatever the bytes around it', () => {
    const canary = 'CANARY-0123456789';
    const noise = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.json({ maxDepth: 2 }),
      fc.constantFrom('{', '"', '\\', '&', ';', '=', '%', '\r\n', '\0', '~token:', '[[['),
    );
    const coding = fc.constantFrom('identity', 'gzip', 'br', 'none such');
    const type = fc.constantFrom(
      'application/json',
      'text/plain',
      'application/x-www-form-urlencoded',
      'image/png',
      ';;',
    );
    fc.assert(
      fc.property(noise, noise, coding, type, (before, after, encoding, contentType) => {
        const fields = ['Content-Type', contentType, 'Content-Encoding', encoding, 'X-Noise', before + canary + after];
        const echo = answer({ fields, body: before + canary + after, trailers: ['X', canary + after] });
        const recorded = redact(
          captured({
            request: { target: `/?token=${canary}&${after}`, fields: ['COOKIE', `a=${canary}`], body: before + canary },
            primary: echo,
            shadow: echo,
          }),
          {
            paths: ['$..secret', '$.a[*].b'],
            differences: [{ path: `$.${before}`, kind: 'value', left: before + canary, right: canary + after }],
          },
        );
        const decoded = [recorded.request, recorded.primary, recorded.shadow].map((part) =>
          'failure' in part || part.body.encoding === 'utf8'
            ? ''
            : Buffer.from(part.body.content, 'base64').toString('latin1'),
        );
        expect(JSON.stringify(recorded) + decoded.join('')).not.toContain(canary);
      }),
      { numRuns: 500 },
    );
  });
});
