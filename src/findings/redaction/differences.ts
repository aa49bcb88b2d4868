import { JsonDocument } from '../../content/json/document.ts';
import { scan } from '../../content/json/scan.ts';
import type { Fields } from '../../model/exchange.ts';
import type { OpenBody } from './bodies.ts';
import { COOKIE_ATTRIBUTES, isSecretField, redactField, ruleOfCookie } from './fields.ts';
import { redactJson } from './json.ts';
import type { NameRule } from './names.ts';
import { redactForm } from './parameters.ts';
import { ruleOfPlace } from './places.ts';
import type { RedactionRules } from './rules.ts';
import type { Scope } from './scope.ts';
import { isSecretValue } from './value.ts';

/** A redacted response: the source of a difference's text on that side. */
export interface RedactedSide {
  readonly fields: Fields;
  readonly trailers: Fields;
  readonly body: OpenBody;
}

const LONGEST = 200;

/** The text of a difference on one side, without secrets. If the text can't be identified, it becomes a token. */
export function redactDifference(
  path: string,
  text: string,
  side: RedactedSide,
  rules: RedactionRules,
  scope: Scope,
): string {
  if (path === 'status') return text;
  const [part = '', name = ''] = /^(header|trailer)\.(.+)$/s.exec(path)?.slice(1) ?? [];
  if (part === 'header') return redactFieldText(name, text, side.fields, scope);
  if (part === 'trailer') return redactFieldText(name, text, side.trailers, scope);
  return redactBodyText(path, text, side.body, rules, scope);
}

/** The text of a secret field is taken from the redacted fields, because the rest of a cut secret is not recognized. */
function redactFieldText(place: string, text: string, fields: Fields, scope: Scope): string {
  const [whole, cookie = '', attribute = ''] = /^set-cookie\[(.*)\](?:\.([\w-]+))?$/s.exec(place) ?? [];
  if (whole !== undefined) {
    if (COOKIE_ATTRIBUTES.has(attribute)) return text;
    const rule = ruleOfCookie(cookie, scope);
    return rule === undefined ? scope.redact(text) : scope.secrets.hide(text, rule);
  }
  const lower = isSecretField(place, scope) ? place : (/^[\w-]+/.exec(place)?.[0] ?? place);
  const sent = fields.filter((name, at) => at % 2 === 0 && name.toLowerCase() === lower);
  const name = sent.find((each) => isSecretField(each, scope)) ?? lower;
  if (!isSecretField(name, scope)) return redactField(name, text, scope);
  const values = fields.filter((_, at) => at % 2 === 1 && fields[at - 1]!.toLowerCase() === lower);
  return values.length === 0 ? scope.secrets.token(text) : values.join(', ').slice(0, LONGEST);
}

function redactBodyText(path: string, text: string, body: OpenBody, rules: RedactionRules, scope: Scope): string {
  const isJsonPlace = path.startsWith('$');
  const rule = isJsonPlace ? ruleOfPlace(path, scope) : undefined;
  if (rule !== undefined) return redactNamed(text, rule, scope);
  if (body.kind === 'withheld') {
    // For a withheld body, only the places that the comparison saw can tell what may be shown.
    return isJsonPlace && rules.root.free ? scope.redact(text) : scope.secrets.token(text);
  }
  if (body.kind === 'form') {
    if (rules.field(path.replaceAll("'", '')) !== undefined || isContainer(text)) return scope.secrets.token(text);
    if (!isJsonPlace) return redactForm(text, scope, rules.field);
  }
  if (isJsonPlace) return scope.redact(redactByPaths(path, text, rules, scope));
  return body.kind === 'json' ? scope.secrets.token(text) : scope.redact(text);
}

/** At a place with a secret's name. Strings are written as in JSON, or plain. */
function redactNamed(text: string, rule: NameRule, scope: Scope): string {
  if (isContainer(text)) {
    if (rule.reach === 'everything') return scope.secrets.hide(text, rule);
    return scope.redact(text);
  }
  const written = /^"(.*)"$/s.exec(text);
  const value = written === null ? text : parsed(text, written[1]!);
  if (!isSecretValue(value, rule)) return text;
  const token = scope.secrets.hide(value, rule);
  return written === null ? token : `"${token}"`;
}

function parsed(json: string, otherwise: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return otherwise;
  }
}

function redactByPaths(path: string, text: string, rules: RedactionRules, { secrets }: Scope): string {
  const place = rules.root.follow(path);
  if (rules.root.free) return text;
  if (place === undefined || place.covered) return secrets.token(text);
  if (place.free || !isContainer(text)) return text;
  const document = scan(Buffer.from(text));
  return document instanceof JsonDocument ? redactJson(document, place, secrets) : secrets.token(text);
}

/** Whether the text is an object or an array. Nothing else has members. */
function isContainer(text: string): boolean {
  return /^\s*[[{]/.test(text);
}
