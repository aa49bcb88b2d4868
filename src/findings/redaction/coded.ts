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
 * Bodies in binary formats. A body that can be read is searched by its content, and withheld as a whole if it has a
 * secret, because a token among the bytes would make it unreadable. A body that cannot be read is withheld if the name of
 * a secret is among its bytes.
 */

/** Whether a body has such a format, and if it can't be shown, why. */
export type Coded =
  | { readonly state: 'not_coded' | 'without_secrets' }
  | { readonly state: 'to_withhold'; readonly reason: string };

const CODED: ReadonlySet<Format> = new Set([grpc, msgpack, protobuf]);

/** Largest body that is searched for names, in bytes. */
const MOST_READ = 1024 * 1024;

/** @param format the body's format according to the configuration. */
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

/** An entry of a map in a message of unknown type: its first field is the name of the second. */
function holdsNamedField(json: string, scope: Scope): boolean {
  for (const [, name = ''] of json.matchAll(ENTRY)) if (scope.member(name) !== undefined) return true;
  return false;
}

const ENTRY = /\{"_1":\["([^"\\]{1,100})"\],"_2":/g;

const BASE64 = /^[\w+/=\s]*$/;

/** How unread gRPC messages are shown. */
const COMPRESSED = '{"#compressed":';

/** A part of each secret name that is found even if it runs into neighboring text. */
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

/** Names too short to search for in arbitrary bytes. */
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

/** Formats with names and values that are not read here. */
const DATA =
  /proto|grpc|msgpack|cbor|bson|avro|thrift|amf|smile|[/+-]ion$|java-serialized|hessian|fastinfoset|plist|flatbuffers|capnp/;
/** Formats without names. */
const MEDIA = /^(?:image|audio|video|font|model)\/|[/-](?:zip|gzip|zstd|tar|7z-compressed|rar|pdf|wasm)$/;

/** The rule for a name found in bytes of unknown format. A NUL between letters comes from UTF-16. */
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
