import { JsonDocument } from '../../compare/json/document.ts';
import { scan } from '../../compare/json/scan.ts';
import type { Fields } from '../../model/exchange.ts';
import type { OpenBody } from './bodies.ts';
import { COOKIE_ATTRIBUTES, isSecretField, redactField } from './fields.ts';
import { redactJson } from './json.ts';
import { redactForm, redactLoosely } from './parameters.ts';
import type { RedactionRules } from './rules.ts';
import type { Secrets } from './secrets.ts';

/** One answer, redacted: what a difference's text on that side may be taken from. */
export interface RedactedSide {
  readonly fields: Fields;
  readonly trailers: Fields;
  readonly body: OpenBody;
}

const LONGEST = 200;

/** The text of a difference on one side, without secrets. Where it is not plain what the text is, it becomes a token. */
export function redactDifference(
  path: string,
  text: string,
  side: RedactedSide,
  rules: RedactionRules,
  secrets: Secrets,
): string {
  if (path === 'status') return text;
  const [part = '', name = ''] = /^(header|trailer)\.(.+)$/s.exec(path)?.slice(1) ?? [];
  if (part === 'header') return redactFieldText(name, text, side.fields, rules, secrets);
  if (part === 'trailer') return redactFieldText(name, text, side.trailers, rules, secrets);
  return redactLoosely(redactBodyText(path, text, side.body, rules, secrets), rules.names, secrets);
}

/** The text of a secret field is taken from the redacted fields, since what is left of a cut one can't be told. */
function redactFieldText(
  place: string,
  text: string,
  fields: Fields,
  { names }: RedactionRules,
  secrets: Secrets,
): string {
  const [cookie, attribute = ''] = /^set-cookie\[.*\](?:\.([\w-]+))?$/s.exec(place) ?? [];
  if (cookie !== undefined) return COOKIE_ATTRIBUTES.has(attribute) ? text : secrets.token(text);
  const name = isSecretField(place, names) ? place : (/^[\w-]+/.exec(place)?.[0] ?? place);
  if (!isSecretField(name, names)) return redactField(name, text, names, secrets);
  const values = fields.filter((_, at) => at % 2 === 1 && fields[at - 1]!.toLowerCase() === name);
  return values.length === 0 ? secrets.token(text) : values.join(', ').slice(0, LONGEST);
}

function redactBodyText(path: string, text: string, body: OpenBody, rules: RedactionRules, secrets: Secrets): string {
  if (body.kind === 'withheld') return secrets.token(text);
  if (body.kind === 'form') {
    const isSecret = rules.names.parameter(path.replaceAll("'", '')) || isContainer(text);
    if (isSecret) return secrets.token(text);
    if (!path.startsWith('$')) return redactForm(text, rules.isSecretField, secrets);
  }
  if (path.startsWith('$')) return redactJsonText(path, text, rules, secrets);
  return body.kind === 'json' ? secrets.token(text) : text;
}

function redactJsonText(path: string, text: string, rules: RedactionRules, secrets: Secrets): string {
  const place = rules.root.follow(path);
  if (place === undefined || place.covered) return secrets.token(text);
  if (place.free || !isContainer(text)) return text;
  const document = scan(Buffer.from(text));
  return document instanceof JsonDocument ? redactJson(document, place, secrets) : secrets.token(text);
}

/** Whether the text is of an object or an array: anything else has nothing inside. */
function isContainer(text: string): boolean {
  return /^\s*[[{]/.test(text);
}
