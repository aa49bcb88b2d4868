import { describe, expect, it } from 'vitest';
import { NOTHING_COMPARED } from '../../../src/findings/collector.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { CapturedExchange } from '../../../src/model/exchange.ts';
import { answer, captured } from '../../support/captured.ts';
import { field } from '../../support/protobuf-message.ts';

/*
 * Every name of a secret, in every way of writing it, in every place in which a name and a value can stand.
 */

/** No part of it is common, and nothing in its form gives it away. */
const S = 'plAnted-7q-valUe-9z';

const NAMES: readonly (readonly string[])[] = [
  ['password'],
  ['user', 'password'],
  ['passwd'],
  ['pwd'],
  ['passphrase'],
  ['secret'],
  ['client', 'secret'],
  ['token'],
  ['access', 'token'],
  ['refresh', 'token'],
  ['id', 'token'],
  ['reset', 'token'],
  ['csrf', 'token'],
  ['api', 'token'],
  ['api', 'key'],
  ['apikey'],
  ['rapidapi', 'key'],
  ['authorization'],
  ['authentication'],
  ['credential'],
  ['credentials'],
  ['session'],
  ['session', 'id'],
  ['sid'],
  ['ssn'],
  ['social', 'security', 'number'],
  ['pin'],
  ['pin', 'code'],
  ['card', 'pin'],
  ['cvv'],
  ['cvv2'],
  ['cvc'],
  ['card', 'number'],
  ['credit', 'card', 'number'],
  ['otp'],
  ['otp', 'code'],
  ['key'],
  ['private', 'key'],
  ['signature'],
  ['phpsessid'],
  ['jsessionid'],
  ['saml', 'response'],
  ['dpop'],
  ['jwt'],
];

const capital = (word: string) => word[0]!.toUpperCase() + word.slice(1);

const STYLES: Readonly<Record<string, (words: readonly string[]) => string>> = {
  camel: ([first, ...rest]) => first + rest.map(capital).join(''),
  snake: (words) => words.join('_'),
  kebab: (words) => words.join('-'),
  Pascal: (words) => words.map(capital).join(''),
  SCREAMING: (words) => words.join('_').toUpperCase(),
  dotted: (words) => words.join('.'),
  Train: (words) => words.map(capital).join('-'),
  prefixed: (words) => `X-${words.map(capital).join('-')}`,
  numbered: (words) => `${words.join('_')}2`,
};

const WRITTEN = NAMES.flatMap((words) => Object.values(STYLES).map((style) => style(words)));
const ALL = [...new Set(WRITTEN)];
/** As XML, GraphQL and programs take names. */
const identifier = (name: string) => name.replaceAll(/[-.]/g, '_');
const length = (text: string) => Buffer.from([0xd9, Buffer.byteLength(text)]);
const inLeg = (type: string, write: (name: string) => string | Uint8Array) => (name: string) =>
  captured({ primary: answer({ fields: ['Content-Type', type], body: write(name) }) });
const inJson = (write: (name: string) => unknown) => inLeg('application/json', (name) => JSON.stringify(write(name)));
const inTarget = (write: (name: string) => string) => (name: string) => captured({ request: { target: write(name) } });

const PLACES: Readonly<Record<string, (name: string) => CapturedExchange>> = {
  JSON: inJson((name) => ({ a: 1, [name]: S, b: 2 })),
  'JSON, deep': inJson((name) => [{ a: { b: [{ [name]: S }] } }]),
  'JSON, an element': inJson((name) => ({ [name]: ['x', S] })),
  'JSON with spaces': inLeg('application/json', (name) => JSON.stringify({ [name]: S, b: [] }, null, 2)),
  'JSON in a string': inJson((name) => ({ message: JSON.stringify({ [name]: S }) })),
  'JSON in a string in a string': inJson((name) => ({ m: JSON.stringify({ n: JSON.stringify({ [name]: S }) }) })),
  'JSON that is cut off': inLeg('application/json', (name) => `{"a":1,"${name}":"${S}`),
  'JSON as a text': inLeg('text/plain', (name) => `{"${name}":"${S}"}`),
  'JSON for a script': inLeg('application/javascript', (name) => `callback({"${name}":"${S}"});`),
  'pairs of name and value': inJson((name) => ({ list: [{ name, value: S }] })),
  'pairs of value and name': inJson((name) => ({ list: [{ value: S, name }] })),
  'pairs with more between': inJson((name) => ({ list: [{ name, type: 'x', n: [1], value: S }] })),
  'pairs with more between, the value first': inJson((name) => ({ list: [{ value: S, x: 1, y: { z: 2 }, name }] })),
  'pairs with more before and behind': inJson((name) => [{ id: 7, value: S, enabled: true, key: name, at: 5 }]),
  'rows of name and value': inJson((name) => ({
    headers: [
      ['a', 'b'],
      [name, S],
    ],
  })),
  form: inLeg('application/x-www-form-urlencoded', (name) => `a=1&${name}=${S}&b=2`),
  'form, nested': inLeg('application/x-www-form-urlencoded', (name) => `user[${name}]=${S}`),
  'form, encoded': inLeg('application/x-www-form-urlencoded', (name) => `user%5B${name}%5D=${S}`),
  multipart: inLeg(
    'multipart/form-data; boundary=b',
    (name) => `--b\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${S}\r\n--b--\r\n`,
  ),
  'GraphQL variables': inJson((name) => ({
    query: 'mutation($x: String) { a(b: $x) }',
    variables: { [identifier(name)]: S },
  })),
  'GraphQL arguments': inJson((name) => ({
    query: `mutation { login(user: "a", ${identifier(name)}: "${S}") { id } }`,
  })),
  'GraphQL input objects': inJson((name) => ({
    query: `mutation { login(input: {${identifier(name)}: "${S}"}) { id } }`,
  })),
  'GraphQL block strings': inJson((name) => ({ query: `mutation { a(${identifier(name)}: """${S}""") { id } }` })),
  'GraphQL as it is': inLeg('application/graphql', (name) => `mutation { a(${identifier(name)}: "${S}") { id } }`),
  'GraphQL defaults': inJson((name) => ({ query: `query($${identifier(name)}: String = "${S}") { a }` })),
  'GraphQL in a query': inTarget(
    (name) => `/graphql?query=${encodeURIComponent(`{a(${identifier(name)}:"${S}"){id}}`)}`,
  ),
  'GraphQL variables in a query': inTarget(
    (name) => `/g?variables=${encodeURIComponent(JSON.stringify({ [name]: S }))}`,
  ),
  'XML element': inLeg('application/xml', (name) => `<a><${name}>${S}</${name}></a>`),
  'XML element with a prefix': inLeg('text/xml', (name) => `<n:a><n:${name} t="x">${S}</n:${name}></n:a>`),
  'XML attribute': inLeg('application/xml', (name) => `<a><b ${name}="${S}"/></a>`),
  'XML settings': inLeg('application/xml', (name) => `<a><add key="${name}" value="${S}"/></a>`),
  CDATA: inLeg('application/xml', (name) => `<a><${name}><![CDATA[${S}]]></${name}></a>`),
  SOAP: inLeg(
    'application/soap+xml',
    (name) =>
      `<s:Envelope xmlns:s="urn:s"><s:Body><u:Login><u:${name}>${S}</u:${name}></u:Login></s:Body></s:Envelope>`,
  ),
  'XML in JSON': inJson((name) => ({ xml: `<a><${name}>${S}</${name}></a>` })),
  'hidden inputs': inLeg('text/html', (name) => `<form><input type="hidden" name="${name}" value="${S}"></form>`),
  YAML: inLeg('application/yaml', (name) => `a: 1\n${name}: ${S}\nb: 2\n`),
  'YAML, nested': inLeg('application/yaml', (name) => `a:\n  - b: 1\n    ${name}: "${S}"\n`),
  'YAML, a block': inLeg('application/yaml', (name) => `${name}: |\n  ${S}\nb: 2\n`),
  properties: inLeg('text/plain', (name) => `a=1\n${name}=${S}\n`),
  'header lines': inLeg('message/http', (name) => `GET / HTTP/1.1\r\n${name}: ${S}\r\n\r\n`),
  CSV: inLeg('text/csv', (name) => `id,${name}\n1,${S}\n`),
  'CSV as a text': inLeg('text/plain', (name) => `id,${name}\n1,${S}\n`),
  query: inTarget((name) => `/a?x=1&${name}=${S}&y=2`),
  'query, nested': inTarget((name) => `/a?filter[${name}]=${S}`),
  'query, encoded': inTarget((name) => `/a?${name.replace(/[a-z]/i, (c) => `%${c.charCodeAt(0).toString(16)}`)}=${S}`),
  'path parameter': inTarget((name) => `/a;${name}=${S}/b?x=1`),
  fragment: inTarget((name) => `/a#${name}=${S}`),
  'URL in a query': inTarget((name) => `/a?next=${encodeURIComponent(`https://x.test/?${name}=${S}`)}`),
  'URL in JSON': inJson((name) => ({ url: `https://x.test/a?b=1&${name}=${S}` })),
  cookie: (name) => captured({ request: { fields: ['Cookie', `a=1; ${name}=${S}`] } }),
  'set-cookie': (name) => captured({ primary: answer({ fields: ['Set-Cookie', `${name}=${S}; Path=/`] }) }),
  header: (name) => captured({ request: { fields: [name, S] } }),
  trailer: (name) => captured({ primary: answer({ trailers: [name, S] }) }),
  referer: (name) => captured({ request: { fields: ['Referer', `https://x.test/a?${name}=${S}`] } }),
  'link header': (name) =>
    captured({ primary: answer({ fields: ['Link', `<https://x.test/?${name}=${S}>; rel=next`] }) }),
  'parameters in a header': (name) => captured({ request: { fields: ['X-Meta', `a="1", ${name}="${S}"`] } }),
  NDJSON: inLeg('application/x-ndjson', (name) => `{"a":1}\n{"${name}":"${S}"}\n`),
  'event stream': inLeg('text/event-stream', (name) => `event: a\ndata: {"${name}":"${S}"}\n\n`),
  'event stream of lines': inLeg('text/event-stream', (name) => `data: ${name}=${S}\n\n`),
  MessagePack: inLeg('application/msgpack', (name) =>
    Buffer.concat([Buffer.from([0x81]), length(name), Buffer.from(name), length(S), Buffer.from(S)]),
  ),
  CBOR: inLeg('application/cbor', (name) =>
    Buffer.concat([Buffer.from([0xa1, 0x78, name.length]), Buffer.from(name), Buffer.from([0x73]), Buffer.from(S)]),
  ),
  'a map in protobuf': inLeg('application/x-protobuf', (name) =>
    field.length(1, field.length(1, name), field.length(2, S)),
  ),
  'a program': inLeg('text/html', (name) => `<script>const a = { "${name}": "${S}" };</script>`),
  'a log line': inLeg('text/plain', (name) => `2026-01-01 INFO a=1 ${name}=${S} ok`),
  'a failure': (name) => captured({ shadow: { failure: 'invalid', detail: `unexpected ${name}: ${S}` } }),
  'YAML pairs': inLeg(
    'application/yaml',
    (name) => `env:\n  - name: ${name}\n    value: ${S}\n  - name: a\n    value: b\n`,
  ),
  'YAML pairs with more between': inLeg('text/yaml', (name) => `- value: ${S}\n  x: 1\n  name: "${name}"\n- name: a\n`),
  'YAML flows': inLeg('text/yaml', (name) => `env: [{name: ${name}, value: ${S}}]\n`),
  TOML: inLeg('application/toml', (name) => `[a]\n"${name}" = "${S}"\n`),
  'an environment': inLeg('text/plain', (name) => `export ${identifier(name)}=${S}\n`),
  'names in other words': inLeg(
    'application/json',
    (name) => `{"${[...name].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}":"${S}"}`,
  ),
  'JSON in single quotes': inLeg('text/plain', (name) => `{'a': None, '${name}': '${S}'}`),
  'PHP and Ruby': inLeg('text/plain', (name) => `['${name}' => '${S}', :${identifier(name)} => "${S}"]`),
  'a dump of an object': inLeg('text/plain', (name) => `User(a=1, ${identifier(name)}=${S}, b=null)`),
  'a dump of pairs': inLeg('text/plain', (name) => `Header(name=${identifier(name)}, value=${S})`),
  'a struct': inLeg('text/plain', (name) => `{A:1 ${identifier(name)}:${S} B:2}`),
  'a typed constant': inLeg('text/plain', (name) => `const ${identifier(name)}: string = "${S}";`),
  'an update of a table': inLeg(
    'text/plain',
    (name) => `UPDATE a SET b = 1, ${identifier(name)} = '${S}' WHERE id = 1`,
  ),
  'an attribute in single quotes': inLeg('text/html', (name) => `<a x='1' data-${name}='${S}'>b</a>`),
  'an attribute without quotes': inLeg('text/html', (name) => `<a ${name}=${S}>b</a>`),
  'a comment': inLeg('text/html', (name) => `<p>a</p><!-- ${name}: ${S} -->`),
  'meta elements': inLeg('text/html', (name) => `<meta content="${S}" name="${name}">`),
  'a text area': inLeg('text/html', (name) => `<textarea name="${name}">${S}</textarea>`),
  'property lists': inLeg('text/xml', (name) => `<dict><key>${name}</key><string>${S}</string></dict>`),
  'XML-RPC': inLeg(
    'text/xml',
    (name) => `<struct><member><name>${name}</name><value><string>${S}</string></value></member></struct>`,
  ),
  'XML pairs': inLeg('text/xml', (name) => `<a><entry><name>${name}</name><value>${S}</value></entry></a>`),
  'XML in a CDATA': inLeg('text/xml', (name) => `<a><![CDATA[<b><${name}>${S}</${name}></b>]]></a>`),
  'XML that is escaped': inLeg('text/xml', (name) => `<a>&lt;b&gt;&lt;${name}&gt;${S}&lt;/${name}&gt;&lt;/b&gt;</a>`),
  'JSON in an attribute': inLeg(
    'text/html',
    (name) => `<div data-props="{&quot;a&quot;:1,&quot;${name}&quot;:&quot;${S}&quot;}"></div>`,
  ),
  'a change of a field': inJson((name) => ({ field: `user.${name}`, old: S, new: 'x' })),
  'query, in another part': inTarget((name) => `/a?x=1;${name}=${S}`),
  'query, encoded twice': inTarget(
    (name) => `/a?next=${encodeURIComponent(`/b?next=${encodeURIComponent(`/c?${name}=${S}`)}`)}`,
  ),
  'query of the root, encoded twice': inTarget(
    (name) => `/?n=${encodeURIComponent(`/?n=${encodeURIComponent(`?${name}=${S}`)}`)}`,
  ),
  'an encoded query in a text': inLeg(
    'text/plain',
    (name) => `went to next=${encodeURIComponent(`/c?${name}=${S}`)} and back`,
  ),
  'query in JSON in a query': inTarget(
    (name) => `/a?x=${encodeURIComponent(JSON.stringify({ url: `/c?${name}=${S}` }))}`,
  ),
  'JSON in a form': inLeg(
    'application/x-www-form-urlencoded',
    (name) => `payload=${encodeURIComponent(JSON.stringify({ a: { [name]: S } }))}`,
  ),
  'JSON in a part': inLeg(
    'multipart/form-data; boundary=b',
    (name) =>
      `--b\r\nContent-Disposition: form-data; name="x"\r\nContent-Type: application/json\r\n\r\n{"${name}":"${S}"}\r\n--b--\r\n`,
  ),
  'requests in parts': inLeg(
    'multipart/mixed; boundary=b',
    (name) =>
      `--b\r\nContent-Type: application/http\r\n\r\nPOST /a?${name}=${S} HTTP/1.1\r\n${name}: ${S}\r\n\r\n{"${name}":"${S}"}\r\n--b--\r\n`,
  ),
  'JSON in base64': inJson((name) => ({ state: Buffer.from(JSON.stringify({ [name]: S })).toString('base64') })),
  'JSON in base64 in a header': (name) =>
    captured({
      request: { fields: ['X-Context', Buffer.from(JSON.stringify({ a: 1, [name]: S })).toString('base64url')] },
    }),
  'JSON in a header': (name) => captured({ request: { fields: ['X-Context', JSON.stringify({ [name]: S })] } }),
  'a query in a header': (name) => captured({ request: { fields: ['X-Original-URL', `/a?${name}=${S}`] } }),
  'JSON in an event': inLeg(
    'text/event-stream',
    (name) => `data: {"message":${JSON.stringify(JSON.stringify({ [name]: S }))}}\n\n`,
  ),
  'a request as a text': inLeg(
    'text/plain',
    (name) => `curl -H '${name}: ${S}' -d '{"${name}":"${S}"}' 'https://x.test/?${name}=${S}'`,
  ),
  'a list of fields': inJson((name) => ({ request: { headers: { [name]: [S] }, rawHeaders: [[name, S]] } })),
  'JSON Patch': inJson((name) => [{ op: 'replace', path: `/user/${name}`, value: S }]),
  'GraphQL variables of other names': (name) =>
    captured({
      request: {
        fields: ['Content-Type', 'application/json'],
        body: JSON.stringify({
          query: `mutation($v: String!) { login(user: "a", ${identifier(name)}: $v) { id } }`,
          variables: { v: S },
        }),
      },
    }),
  'GraphQL variables of other names, before the query': (name) =>
    captured({
      request: {
        fields: ['Content-Type', 'application/json'],
        body: JSON.stringify({
          variables: { v: S },
          query: `mutation($v: String!) { login(user: "a", ${identifier(name)}: $v) { id } }`,
        }),
      },
    }),
  difference: (name) => captured({ id: name }),
};

function recorded(exchange: CapturedExchange): string {
  const redactor = new Redactor({ headers: [], query: [], paths: [] }, Buffer.from('k'));
  const differences =
    exchange.id === 'exchange-1' ? [] : [{ path: `$.a['${exchange.id}']`, kind: 'value' as const, left: `"${S}"` }];
  const account = { route: 'r', ending: 'mismatch', comparison: { ...NOTHING_COMPARED, differences } } as const;
  const record = redactor.redactExchange(exchange, account);
  const bodies = [record.primary, record.shadow].map((leg) =>
    'failure' in leg || leg.body.encoding === 'utf8' ? '' : Buffer.from(leg.body.content, 'base64').toString('latin1'),
  );
  return [JSON.stringify(record), ...bodies].join('\n');
}

describe('a secret by any name, in any style', () => {
  it.each(Object.entries(PLACES))('is hidden in %s', (_, write) => {
    expect(ALL.filter((name) => recorded(write(name)).includes(S))).toEqual([]);
  });
});

/** Words of secrets in the midst of other words, or names that tell something about a secret and not the secret. */
const HARMLESS: readonly (readonly string[])[] = [
  ['token', 'count'],
  ['max', 'tokens', 'used'],
  ['token', 'type'],
  ['pinned'],
  ['is', 'pinned'],
  ['shipping', 'address'],
  ['keyboard'],
  ['monkey'],
  ['sort', 'key'],
  ['key', 'name'],
  ['signature', 'count'],
  ['signature', 'algorithm'],
  ['session', 'duration'],
  ['session', 'count'],
  ['author'],
  ['author', 'name'],
  ['authority'],
  ['password', 'policy'],
  ['password', 'changed', 'at'],
  ['secretary'],
  ['passenger'],
  ['status', 'code'],
  ['post', 'code'],
  ['card', 'type'],
  ['side'],
  ['option'],
  ['cursor'],
];

const SHOWN = [...new Set(HARMLESS.flatMap((words) => Object.values(STYLES).map((style) => style(words))))];
/** A cookie is hidden by any name; a name in the midst of bytes is told by a part of it. */
const BLIND = new Set(['cookie', 'set-cookie', 'CBOR']);

describe('what only looks like the name of a secret', () => {
  it.each(Object.entries(PLACES).filter(([place]) => !BLIND.has(place)))('is shown in %s', (_, write) => {
    expect(SHOWN.filter((name) => recorded(write(name)).includes('~token:'))).toEqual([]);
  });
});
