import { describe, expect, it } from 'vitest';
import { NOTHING_COMPARED } from '../../../src/findings/collector.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { Difference } from '../../../src/model/difference.ts';
import type { Redaction } from '../../../src/model/redaction.ts';
import { answer, captured } from '../../support/captured.ts';

const KEY = Buffer.from('a key for the tests');
/** No part of it is common, and nothing in its form gives it away. */
const S = 'plAnted-7q-valUe-9z';

interface Options {
  readonly allow?: readonly string[];
  readonly differences?: readonly Difference[];
  readonly target?: string;
}

function record(
  content: string | Uint8Array,
  type: string,
  { allow = [], differences = [], target = '/' }: Options = {},
) {
  const counts = new Map<Redaction, number>();
  const count = (rule: Redaction) => counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const redactor = new Redactor({ headers: [], paths: [], query: [], allow }, KEY, count);
  const leg = answer({ fields: ['Content-Type', type], body: content });
  const exchange = captured({ request: { target }, primary: leg, shadow: leg });
  const comparison = { ...NOTHING_COMPARED, differences };
  const recorded = redactor.redactExchange(exchange, { route: 'r', ending: 'mismatch', comparison });
  return { recorded, counts };
}

function body(content: string | Uint8Array, type = 'application/json', options: Options = {}): string {
  const { primary } = record(content, type, options).recorded;
  if ('failure' in primary) return expect.fail('no response');
  const { encoding, content: shown } = primary.body;
  return encoding === 'utf8' ? shown : Buffer.from(shown, 'base64').toString('latin1');
}

function target(value: string, options: Options = {}): string {
  return record('', 'text/plain', { ...options, target: value }).recorded.request.target;
}

function difference(path: string, left: string, type = 'application/json'): string {
  const differences = [{ path, kind: 'value' as const, left }];
  return record('{}', type, { differences }).recorded.differences[0]!.left!;
}

const SECRET_NAMES = [
  ...['password', 'Password', 'PASSWORD', 'user_password', 'newPassword', 'new-password', 'password2', 'PASSWORD1'],
  ...['passwd', 'pwd', 'dbPwd', 'passphrase', 'passcode', 'pass', 'db_pass', 'userpassword'],
  ...['secret', 'clientSecret', 'client_secret', 'CLIENT-SECRET', 'app.secret', 'secretValue', 'shared secret'],
  ...[
    'token',
    'accessToken',
    'access_token',
    'access-token',
    'ACCESS_TOKEN',
    'accesstoken',
    'AccessToken',
    'access.token',
  ],
  ...['refreshToken', 'id_token', 'resetToken', 'reset-token', 'authToken', 'csrfToken', 'csrf', 'csrfmiddlewaretoken'],
  ...[
    '__RequestVerificationToken',
    'authenticity_token',
    'XSRF-TOKEN',
    'xsrfToken',
    'API_TOKEN2',
    'X-ApiToken',
    'bearer_token',
  ],
  ...[
    'apiKey',
    'api_key',
    'api-key',
    'APIKEY',
    'ApiKey',
    'apikey',
    'API_KEY',
    'x-api-key',
    'XApiKey',
    'X-RapidAPI-Key',
  ],
  ...['authorization', 'Authorization', 'proxyAuthorization', 'authentication', 'auth', 'basicAuth', 'X-Auth'],
  ...[
    'credential',
    'credentials',
    'userCredential',
    'session',
    'sessionId',
    'session_id',
    'SESSIONID',
    'X-Session',
    'sid',
  ],
  ...['connect.sid', 'PHPSESSID', 'JSESSIONID', 'ASP.NET_SessionId', 'ASPSESSIONIDQQBBRR', 'sessid', '__Host-session'],
  ...[
    'ssn',
    'SSN',
    'userSsn',
    'social_security_number',
    'pin',
    'PIN',
    'cardPin',
    'pin_code',
    'pinCode',
    'cvv',
    'CVV2',
    'cvc',
    'cardCvv',
  ],
  ...[
    'cardNumber',
    'card_number',
    'card-number',
    'CARDNUMBER',
    'creditCard',
    'creditCardNumber',
    'cc_number',
    'ccNum',
    'card no',
  ],
  ...[
    'otp',
    'OTP',
    'otpCode',
    'totp',
    'one_time_code',
    'verificationCode',
    'security_code',
    'backup_codes',
    'code_verifier',
  ],
  ...[
    'key',
    'Key',
    'privateKey',
    'private_key',
    'encryptionKey',
    'signing-key',
    'awsAccessKey',
    'aws_secret_access_key',
    'AccessKeyId',
  ],
  ...[
    'signature',
    'Signature',
    'x_signature',
    'sig',
    'X-Hub-Signature-256',
    'hmac',
    'SAMLResponse',
    'samlResponse',
    'SAML_RESPONSE',
  ],
  ...['SAMLRequest', 'client_assertion', 'DPoP', 'dpop', 'X-DPoP-Proof', 'jwt', 'userJwt', 'cookie', 'cookies'],
];

const HARMLESS_NAMES = [
  ...[
    'keyboard',
    'monkey',
    'Monkey',
    'turkey',
    'shipping',
    'shippingAddress',
    'spinning',
    'opinion',
    'pinned',
    'isPinned',
  ],
  ...[
    'postcode',
    'postCode',
    'zip_code',
    'errorCode',
    'statusCode',
    'status_code',
    'code',
    'countryCode',
    'currencyCode',
  ],
  ...[
    'author',
    'authority',
    'authorName',
    'authored_by',
    'coauthor',
    'secretary',
    'secretariat',
    'tokenize',
    'tokenizer',
  ],
  ...['passenger', 'passengers', 'passport', 'compass', 'bypass', 'passed', 'passwordless', 'boarding_pass', 'passes'],
  ...[
    'tokenCount',
    'token_count',
    'tokens_used',
    'tokensUsed',
    'tokenType',
    'token_type',
    'tokenExpiresAt',
    'token_endpoint',
  ],
  ...['sessionCount', 'session_duration', 'sessions', 'passwordPolicy', 'password_min_length', 'passwordChangedAt'],
  ...[
    'signatureAlgorithm',
    'designature',
    'signaturesRequired',
    'keyName',
    'key_id',
    'keyId',
    'sortKey',
    'sort_key',
    'primary_key',
  ],
  ...[
    'foreignKey',
    'partition-key',
    'idempotencyKey',
    'Idempotency-Key',
    'cacheKey',
    'publicKey',
    'groupKey',
    'issueKey',
    'keys',
  ],
  ...[
    'id',
    'uuid',
    'orderId',
    'order_number',
    'sku',
    'etag',
    'hash',
    'sha256',
    'checksum',
    'createdAt',
    'timestamp',
    'cursor',
  ],
  ...[
    'side',
    'inside',
    'residence',
    'aside',
    'president',
    'assassin',
    'mission',
    'card',
    'cardType',
    'cardHolder',
    'discard',
  ],
  ...[
    'cursive',
    'option',
    'potpourri',
    'laptop',
    'robot',
    'accvvount',
    'scores',
    'digest',
    'nonce',
    'state',
    'scope',
    'user',
    'email',
  ],
];

describe('the default redaction by name', () => {
  it.each(SECRET_NAMES)('hides the string that is called %s', (name) => {
    expect(body(JSON.stringify({ [name]: S, next: 1 }))).not.toContain(S);
    expect(body(JSON.stringify({ a: [{ [name]: S }] }, null, 2))).not.toContain(S);
  });

  it.each(HARMLESS_NAMES)('shows what is called %s', (name) => {
    const json = JSON.stringify({ [name]: S, [`${name}`]: S });
    expect(body(json)).toBe(json);
    expect(target(`/?${encodeURIComponent(name)}=${S}`)).toBe(`/?${encodeURIComponent(name)}=${S}`);
  });

  it.each([
    ['{"hasPassword":true,"token":null,"passwordRequired":false,"secret":true,"pin":false}'],
    ['{"usage":{"prompt_tokens":12,"completion_tokens":1048576,"total_tokens":512},"max_tokens":4096,"tokens":77}'],
    ['{"session":12,"key":5,"token":7,"auth":1}'],
    ['{"status":200,"code":404,"error":{"code":"E1001","message":"not found"}}'],
    ['{"card":{"type":"visa","last4":"4242","holder":"Jane"},"session":{"title":"Keynote","room":"A"}}'],
    [
      '{"id":"550e8400-e29b-41d4-a716-446655440000","at":1764499999123,"n":"4111111111111112","order":"1000000000000001"}',
    ],
    [
      '{"etag":"5d41402abc4b2a76b9719d911017c592","ean":"4006381333931","price":0.4111111111111111,"phone":"+4915112345678"}',
    ],
    ['{"query":"query($password: String!) { login(password: $password) { token } }"}'],
    [
      '{"items":[{"name":"size","value":"XL"},{"key":"colour","value":"red"}],"time":"12:30:45","url":"https://shop.test/a/b?page=2"}',
    ],
    ['{"note":"Basic understanding of tokens is needed; see /docs/token/refresh for more."}'],
  ])('leaves %s byte for byte', (json) => {
    expect(body(json)).toBe(json);
  });

  it('hides numbers where they are secrets', () => {
    const shown = body('{"pin":4821,"cvv":123,"otp":483920,"ssn":123456789,"password":12345,"token":99887766,"x":1}');
    expect(shown.replaceAll(/~token:[0-9a-f]{12}~/g, '#')).toBe(
      '{"pin":"#","cvv":"#","otp":"#","ssn":"#","password":"#","token":"#","x":1}',
    );
  });

  it.each([
    ['all that is in an object of credentials', `{"credentials":{"user":"jane","value":"${S}","list":["${S}"]}}`],
    ['the elements of an array', `{"tokens":["${S}",["${S}"]],"apiKeys":[{"v":"${S}"}]}`],
    ['parts of what has a name', `{"session":{"id":"${S}"},"card":{"number":"${S}"},"key":{"value":"${S}"}}`],
    ['the value beside its name', `{"env":[{"name":"DB_PASSWORD","value":"${S}"},{"key":"apiKey","value":"${S}"}]}`],
    [
      'JSON in a string',
      JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ password: S, c: [S] }) }) }).replace(
        /,[^c]*c[^\]]*\]/,
        '',
      ),
    ],
    ['JSON that was cut off', `{"a":1,"password":"${S}`],
    ['JSON that is broken', `{"a":1,,"password":"${S}" "b":`],
    ['JSON in single quotes', `{'a':1,'password':'${S}'}`],
    ['JSON without quotes', `{a:1,password:${S},b:2}`],
    ['JSON with escaped names', `{"p\\u0061ssword":"${S}"}`],
    ['lines of JSON', `{"a":1}\n{"token":"${S}"}\n{"b":2}\n`],
    ['lines of JSON after a broken one', `{"a":\n{"token":"${S}"}\n`],
    ['event streams', `event: x\ndata: {"token":"${S}"}\n\ndata: {"a":1}\n\n`],
    [
      'GraphQL variables',
      `{"query":"mutation($p: String!) { login(password: $p) { id } }","variables":{"p":1,"password":"${S}"}}`,
    ],
    ['arguments in GraphQL', `{"query":"mutation { login(email: \\"a\\", password: \\"${S}\\") { id } }"}`],
    ['GraphQL as it is', `mutation { login(email: "a", password: "${S}") { id } }`],
    ['JSON-RPC', `{"jsonrpc":"2.0","method":"login","params":{"password":"${S}"},"id":1}`],
    ['a log line', `2026-01-01 INFO login user=jane password=${S} ok`],
    ['a properties file', `a=1\ndb.password = ${S}\nb=2`],
    ['an ini file', `[db]\npassword: ${S}\nuser: me`],
    ['a connection string', `Server=db;User Id=me;Password=${S};Database=shop`],
    ['YAML', `user: me\npassword: ${S}\nlist:\n  - name: x\n    token: "${S}"\n`],
    ['YAML with more than a word', `password: correct ${S} staple\nuser: x`],
    ['YAML in a block', `private_key: |\n  line one\n  ${S}\nuser: x`],
    ['YAML below a name', `credentials:\n  user: x\n  value: ${S}\n  more:\n    - ${S}\nuser: x`],
    ['YAML parts', `card:\n  number: ${S}\n`],
    ['header lines', `GET / HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${S}\r\nX-Api-Key: ${S}\r\n`],
    ['a command line', `curl -H "X-Api-Key: ${S}" --password=${S} https://x.test/`],
    ['XML elements', `<a><Password>${S}</Password><b>1</b></a>`],
    ['XML elements with a prefix and attributes', `<wsse:Password Type="x#Text">${S}</wsse:Password>`],
    ['XML elements in credentials', `<Credentials><User>me</User><Value>\n ${S}\n</Value></Credentials>`],
    ['CDATA', `<token><![CDATA[${S}]]></token>`],
    ['XML attributes', `<user name="x" password="${S}" token='${S}'/>`],
    ['settings in XML', `<add key="ApiKey" value="${S}"/><property name="password">${S}</property>`],
    ['settings in XML the other way round', `<add value="${S}" key="ApiKey"/>`],
    ['property lists', `<dict><key>password</key><string>${S}</string></dict>`],
    ['XML-RPC', `<member><name>password</name><value><string>${S}</string></value></member>`],
    ['SOAP headers', `<soap:Header><h:SessionId xmlns:h="urn:x">${S}</h:SessionId></soap:Header>`],
    ['XML that was cut off', `<a><password>${S}`],
    ['hidden inputs', `<form><input type="hidden" name="csrf_token" value="${S}"></form>`],
    ['hidden inputs the other way round', `<input value='${S}' name='csrf_token' type=hidden />`],
    ['password inputs', `<input type="password" name="x" value="${S}">`],
    ['meta elements', `<meta name="csrf-token" content="${S}" />`],
    ['scripts', `<script>window.config = { apiKey: "${S}", a: 1 };</script>`],
    ['links in HTML', `<a href="https://shop.test/reset/${S}?a=1">here</a> <a href="/verify-email/${S}">`],
    ['links in JSON', `{"next":"https:\\/\\/shop.test\\/cb?access_token=${S}"}`],
    ['encoded links in links', `{"u":"/login?next=${encodeURIComponent(`https://a.test/cb?token=${S}`)}"}`],
  ])('hides %s', (_, content) => {
    expect(body(content)).not.toContain(S);
    expect(body(content)).toContain('~token:');
  });

  it('hides columns by their names', () => {
    const csv = `id,Api Key,name\r\n1,"${S}",x\r\n2,${S},y\r\n3,,z`;
    const shown = body(csv, 'text/csv');
    expect(shown).not.toContain(S);
    expect(shown).toMatch(/^id,Api Key,name\r\n1,~token:\w+~,x\r\n2,~token:\w+~,y\r\n3,,z$/);
    expect(body(`id\tpassword\n1\t${S}\n`, 'text/tab-separated-values')).not.toContain(S);
  });

  it('hides parts of forms by their names, in bytes as well', () => {
    const form = (content: string) =>
      Buffer.from(
        `--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nvisible\r\n--b\r\nContent-Disposition: form-data; name="user[password]"\r\n\r\n${content}\r\n--b\r\n` +
          `Content-Disposition: form-data; name="json"\r\nContent-Type: application/json\r\n\r\n{"token":"${content}"}\r\n--b--\r\n`,
        'latin1',
      );
    for (const content of [S, `\0\xff${S}`]) {
      const shown = body(form(content), 'multipart/form-data; boundary=b');
      expect(shown).not.toContain(S);
      expect(shown).toContain('visible');
    }
  });

  it('hides names in bytes', () => {
    const pack = (text: string) => Buffer.concat([Buffer.from([0xd9, text.length]), Buffer.from(text)]);
    const msgpack = Buffer.concat([Buffer.from([0x82]), pack('password'), pack(S), pack('n'), Buffer.from([0xff])]);
    expect(body(msgpack, 'application/msgpack')).toMatch(/^~token:\w+~ withheld/);
  });

  it('has one token for one value, wherever it stands', () => {
    const tokens = [
      body(`{"password":"${S}"}`),
      body(`password: ${S}`),
      body(`<password>${S}</password>`),
      body(`password=${S}&a=1`, 'application/x-www-form-urlencoded'),
      body(`a,password\n1,${S}`, 'text/csv'),
      target(`/?password=${S}`),
      difference('$.password', `"${S}"`),
    ].map((text) => /~token:\w+~/.exec(text)?.[0]);
    expect(new Set(tokens).size).toBe(1);
  });
});

describe('targets', () => {
  it.each([
    `/a;jsessionid=${S}/b`,
    `/a;v=1;sid=${S}?x=1`,
    `/reset/${S}`,
    `/password/reset/${S}?email=a`,
    `/reset-password/${S}/confirm`,
    `/verify/email/${S}`,
    `/api/v1/tokens/${S}`,
    `/sessions/${S}`,
    `/a?ACCESS_TOKEN=${S}&x=1`,
    `/a?user[password]=${S}`,
    `/a?user%5Bpassword%5D=${S}`,
    `/a?p%61ssword=${S}`,
    `/a?filter=${encodeURIComponent(JSON.stringify({ apiKey: S }))}`,
    `/graphql?query=${encodeURIComponent(`mutation{login(password:"${S}"){id}}`)}`,
    `/graphql?variables=${encodeURIComponent(JSON.stringify({ password: S }))}`,
    `/login?next=${encodeURIComponent(`/cb?token=${S}&b=1`)}`,
    `/oauth/callback?code=${S}`,
    `/cb?code=${S}&state=1`,
    `/login?code=${S}`,
    `/a?code=${S}&redirect_uri=x`,
    `/a#access_token=${S}&x=1`,
    `/a#/reset/${S}`,
    `/token=${S}/x`,
    `http://me:${S}@shop.test/`,
    `/saml/acs?SAMLResponse=${S}`,
    `/a?x=1&PHPSESSID=${S}`,
  ])('hide what is secret in %s', (value) => {
    expect(target(value)).not.toContain(S);
  });

  it.each([
    '/orders/1234567890123/items?page=2&sort=name&code=E100',
    '/users/550e8400-e29b-41d4-a716-446655440000',
    '/tokens/refresh',
    '/reset/password',
    '/auth/v1/login',
    '/login/oauth2-callback',
    '/a?keyboard=x&postcode=12345&pinned=1&token_type=x&has_password=true',
    '/sessions/12345',
    '/a?x=%2F..//;q&&=',
    '/files/report-2026-01-01.pdf',
  ])('stay what they are: %s', (value) => {
    expect(target(value)).toBe(value);
  });

  it('make the code in a body a secret where it is one of OAuth', () => {
    expect(body(`{"code":"${S}"}`, 'application/json', { target: '/oauth/token' })).not.toContain(S);
    expect(body(`{"code":"${S}"}`, 'application/json', { target: '/orders' })).toContain(S);
    expect(body(`grant_type=authorization_code&code=${S}`, 'application/x-www-form-urlencoded')).not.toContain(S);
    expect(body('{"code":404}', 'application/json', { target: '/oauth/token' })).toBe('{"code":404}');
  });
});

describe('the default redaction by shape', () => {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const jwt = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: '1234567890', name: 'Jane' })}.c2lnbmF0dXJlLWJ5dGVz`;
  const pem = '-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7x\nq9cZ5y8aVb\n-----END RSA PRIVATE KEY-----';
  const SHAPES: readonly (readonly [rule: Redaction, secret: string, part?: string])[] = [
    ['jwt', jwt],
    ['jwt', jwt.slice(0, -8)],
    ['jwt', `${encode({ alg: 'dir', enc: 'A128GCM' })}..aXYtaXYtaXY.Y2lwaGVydGV4dA.dGFnLXRhZw`],
    ['pem', pem, 'MIIEpAIBAAKCAQEA7x'],
    ['provider_key', 'sk_live_51Hq0aBcDeFgHiJkLmNoPq'],
    ['provider_key', 'rk_test_51Hq0aBcDeFgHiJkLmNoPq'],
    ['provider_key', 'ghp_1234567890abcdefghijABCDEFGHIJ123456'],
    ['provider_key', 'github_pat_11ABCDEFG0123456789_abcdefghijkl'],
    ['provider_key', 'glpat-abcdefghij1234567890'],
    ['provider_key', 'xoxb-123456789012-abcdefghijkl'],
    ['provider_key', 'AKIAIOSFODNN7EXAMPLE'],
    ['provider_key', 'AIzaSyA1234567890abcdefghijklmnopqrstuv'],
    ['provider_key', 'sk-proj-abcdefghijklmnopqrstuvwx'],
    ['provider_key', 'npm_abcdefghijklmnopqrstuvwxyz0123456789'],
    ['card', '4111111111111111'],
    ['card', '4111 1111 1111 1111'],
    ['card', '4111-1111-1111-1111'],
    ['card', '5555555555554444'],
    ['card', '2223003122003222'],
    ['card', '378282246310005'],
    ['card', '3782 822463 10005'],
    ['card', '6011111111111117'],
    ['card', '3530111333300000'],
    ['card', '30569309025904'],
    ['url_userinfo', `https://me:${S}@db.test/x`, S],
    ['authorization', `Bearer ${S}`, S],
    ['authorization', 'basic amFuZTpodW50ZXIyaHVudGVyMg==', 'amFuZTpodW50ZXIyaHVudGVyMg=='],
    ['encoded_json', Buffer.from(JSON.stringify({ user: 'jane', password: S })).toString('base64')],
  ];

  it.each(SHAPES.map(([rule, secret, part = secret]) => ({ rule, secret, part })))(
    '$rule: hides $secret anywhere',
    ({ rule, secret, part }) => {
      const texts = [
        body(JSON.stringify({ note: `Seen: ${secret}, again` })),
        body(JSON.stringify({ note: secret })),
        body(JSON.stringify({ note: JSON.stringify({ x: secret }) })),
        body(`It was (${secret}) I say.`, 'text/plain'),
        body(`<a b="${secret}">${secret}</a>`, 'application/xml'),
        body(`a=1&note=${encodeURIComponent(secret)}`, 'application/x-www-form-urlencoded'),
        body(`id,note\n1,"${secret}"`, 'text/csv'),
        body(`note: ${secret.replaceAll('\n', '\n  ')}`, 'text/yaml'),
        difference('$.note', secret),
        difference('line', `it was ${secret}`, 'text/plain'),
        target(`/a/${encodeURIComponent(secret)}?x=${encodeURIComponent(secret)}#${encodeURIComponent(secret)}`),
      ];
      for (const text of texts) expect(text).not.toContain(part);
      expect(record(JSON.stringify({ note: secret }), 'application/json').counts.get(rule)).toBe(2);
      const allowed = body(JSON.stringify({ note: secret.replace(S, 'abcdefgh12345678') }), 'application/json', {
        allow: [rule],
      });
      expect(allowed).not.toContain('~token:');
    },
  );

  it.each([
    '4111111111111112',
    '1234567890123456',
    '4111111111111111000',
    '20261130104512345678',
    '1764499999123',
    'a4111111111111111',
    'eyJpZCI6NX0x',
    Buffer.from('{"page":5,"after":"2026-01-01"}').toString('base64'),
    'task_live_x',
    'sketch-a-long-word-or-two',
    'https://shop.test/@jane/posts',
    'jane@shop.test',
    'bearer of good news',
    '-- a rule --',
    '5d41402abc4b2a76b9719d911017c592',
  ])('shows %s', (text) => {
    expect(body(JSON.stringify({ note: text }))).toBe(JSON.stringify({ note: text }));
  });
});

describe('differences', () => {
  it.each([
    ['$.user.password', `"${S}"`],
    ['$.tokens[*]', `"${S}"`],
    ['$.credentials.a.b', `"${S}"`],
    ['$.session.id', `"${S}"`],
    ["$.Envelope.Body[*].Password[*]['#text']", `"${S}"`],
    ["$.a[*]['@token']", `"${S}"`],
    ['$.rows[*].api_key', `"${S}"`],
    ['$', `{"a":{"password":"${S}"}}`],
    ['$.user', `{"password":"${S.slice(0, 12)}…`],
    ['$.text', `"password=${S}"`],
    ['line', `password: ${S}`],
    ['line', `<password>${S}</password>`],
  ])('at %s hide %s', (path, text) => {
    expect(difference(path, text)).not.toContain(S.slice(0, 12));
  });

  it('show no beginning of a secret that is cut', () => {
    const long = `${S}-${'x'.repeat(300)}`;
    const differences = [{ path: '$.echo', kind: 'value' as const, left: `"you said ${long.slice(0, 180)}…` }];
    const { recorded } = record(JSON.stringify({ token: long }), 'application/json', { differences });
    expect(JSON.stringify(recorded)).not.toContain(S);
  });

  it('have paths without names that are secrets', () => {
    const redactor = new Redactor({ headers: [], paths: [], query: [] }, KEY);
    const path = (text: string) =>
      redactor.redactPaths({ ...NOTHING_COMPARED, differences: [{ path: text, kind: 'value' }] }).differences[0]!.path;
    expect(path(`$.sessions['${S}'].user`)).toBe('$.sessions.…');
    expect(path("$.cards['4111111111111111'].limit")).toBe('$.cards.…');
    expect(path('$.users.name')).toBe('$.users.name');
    expect(path('$.sessions.active')).toBe('$.sessions.active');
  });
});

describe('what is allowed', () => {
  it('is shown, by rule or by name in any way of writing it', () => {
    const json = `{"pageToken":"${S}","token":"abc"}`;
    expect(body(json, 'application/json', { allow: ['page_token'] })).toMatch(/^\{"pageToken":"plAnted[^~]+"token":"~/);
    expect(body(json, 'application/json', { allow: ['token'] })).toBe(json);
  });

  it('says of everything else which rule hid how much', () => {
    const { counts } = record(`{"password":"a b","pin":4821,"note":"4111111111111111"}`, 'application/json');
    // On both sides.
    expect(Object.fromEntries(counts)).toEqual({ password: 2, pin: 2, card: 2 });
  });
});
