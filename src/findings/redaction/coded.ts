import type { BodyFormat } from '../../config/compare-types.ts';
import type { Body, Format } from '../../content/formats/format.ts';
import { grpc } from '../../content/formats/grpc.ts';
import { msgpack } from '../../content/formats/msgpack.ts';
import { protobuf } from '../../content/formats/protobuf.ts';
import { readAs } from '../../content/formats/read-as.ts';
import { formatsFor } from '../../content/formats/registry.ts';
import { JsonDocument } from '../../content/json/document.ts';
import { scan } from '../../content/json/scan.ts';
import type { MediaType } from '../../content/media-type.ts';
import type { DefaultRedaction } from '../../model/redaction.ts';
import { redactJson } from './json.ts';
import type { RedactionRules } from './rules.ts';
import type { Scope } from './scope.ts';

/*
 * Bodies in which names and values are coded as bytes. What can be read is looked into by what it means, and withheld as
 * a whole if a secret is in it: the bytes say to nobody what a token in their midst would be. Of what nobody here can
 * read, names of secrets among the bytes are enough.
 */

/** Whether a body is of such a format, and why it can't be shown where it can't. */
export type Coded =
  | { readonly state: 'not_coded' | 'without_secrets' }
  | { readonly state: 'to_withhold'; readonly reason: string };

const CODED: ReadonlySet<Format> = new Set([grpc, msgpack, protobuf]);

/** Bytes of a body that is read to find names in it. */
const MOST_READ = 1024 * 1024;

/** @param format what the configuration says that the body is. */
export function lookIntoCoded(
  body: Body,
  format: BodyFormat | undefined,
  { root }: RedactionRules,
  scope: Scope,
): Coded {
  const formats = formatsFor(body, body, format).map((attempt) => attempt.format);
  const coded = formats.find((candidate) => CODED.has(candidate));
  if (coded === undefined) return { state: 'not_coded' };
  if (body.bytes.length > MOST_READ) return { state: 'to_withhold', reason: 'too long to look for secrets in it' };
  const reading = readAs(coded, body);
  if ('problem' in reading) {
    return BASE64.test(body.bytes.toString('latin1'))
      ? { state: 'to_withhold', reason: `not ${coded.name}: ${reading.problem}` }
      : { state: 'not_coded' };
  }
  const json = reading.json.toString('utf8');
  if (json.includes(COMPRESSED)) return { state: 'to_withhold', reason: 'compressed messages, which are not read' };
  const document = root.free ? undefined : scan(reading.json);
  if (holdsNamedField(json, scope)) return { state: 'to_withhold', reason: 'bytes that hold a secret' };
  const shown = document instanceof JsonDocument ? redactJson(document, root, scope.secrets) : json;
  return scope.redact(shown) === json
    ? { state: 'without_secrets' }
    : { state: 'to_withhold', reason: 'bytes that hold a secret' };
}

/** An entry of a map in a message of unknown type: the first field is the name of the second. */
function holdsNamedField(json: string, scope: Scope): boolean {
  for (const [, name = ''] of json.matchAll(ENTRY)) if (scope.member(name) !== undefined) return true;
  return false;
}

const ENTRY = /\{"_1":\["([^"\\]{1,100})"\],"_2":/g;

const BASE64 = /^[\w+/=\s]*$/;

/** As gRPC's messages are shown that are not read. */
const COMPRESSED = '{"#compressed":';

/** What the name of a secret has in it, however it runs into what stands beside it. */
const NAME_PARTS: readonly (readonly [rule: DefaultRedaction, part: RegExp])[] = [
  ['password', /pass(?:w|phrase|code)/i],
  ['secret', /secret/i],
  ['token', /token|csrf|xsrf/i],
  ['api_key', /(?:api|access|app)[ _.-]?key/i],
  ['authorization', /authoriz|authentic/i],
  ['credential', /credential/i],
  ['session', /session|sessid/i],
  ['cookie', /cookie/i],
  ['card_number', /(?:card|cc)[ _.-]?num/i],
  ['key', /(?:private|encryption|signing)[ _.-]?key/i],
  ['signature', /signature/i],
  ['saml', /saml/i],
];

/** Too short to be looked for in bytes that may be anything. */
const SHORT_NAME_PARTS: readonly (readonly [rule: DefaultRedaction, part: RegExp])[] = [
  ['password', /pwd/i],
  ['token', /jwt/i],
  ['session', /sid|sess/i],
  ['ssn', /ssn|social/i],
  ['pin', /pin/i],
  ['cvv', /cv[vcn]/i],
  ['otp', /otp/i],
  ['key', /key/i],
  ['signature', /sig|hmac/i],
  ['dpop', /dpop/i],
  ['authorization', /auth/i],
];

/** What has names and values, in ways that are not read here. */
const DATA =
  /proto|grpc|msgpack|cbor|bson|avro|thrift|amf|smile|[/+-]ion$|java-serialized|hessian|fastinfoset|plist|flatbuffers|capnp/;
/** What has none. */
const MEDIA = /^(?:image|audio|video|font|model)\/|[/-](?:zip|gzip|zstd|tar|7z-compressed|rar|pdf|wasm)$/;

/** The rule for a name that is somewhere in bytes of an unknown format; a NUL between letters is half of one in UTF-16. */
export function ruleAmongBytes(
  bytes: Buffer,
  type: MediaType | undefined,
  { names }: Scope,
): DefaultRedaction | undefined {
  const essence = type?.essence ?? '';
  if (MEDIA.test(essence)) return undefined;
  const text = bytes.toString('latin1').replaceAll('\0', '');
  const parts = DATA.test(essence) ? [...NAME_PARTS, ...SHORT_NAME_PARTS] : NAME_PARTS;
  return parts.find(([rule, part]) => names.has(rule) && part.test(text))?.[0];
}
