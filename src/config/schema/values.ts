import * as z from 'zod';
import { DAY_PATTERN, endOfDay } from '../../lib/day.ts';
import { DURATION_PATTERN, parseDuration } from '../../lib/duration.ts';
import { METHODS } from '../../lib/node-http.ts';
import { parseShare, SHARE_PATTERN } from '../../lib/share.ts';
import { parseSize, SIZE_PATTERN } from '../../lib/size.ts';
import { type Endpoint, type Parsed, parseAddress, parseEndpoint, parseListenAddress } from '../address.ts';
import { parseStoreUrl, STORE_FORM, STORE_PATTERN, shownStore } from '../store-url.ts';

/** What holds for every value of a kind. The meaning of an option is in its own `.meta`. */
export interface Kind {
  /** For messages: `a duration in ms, s, m, h or d, from 1ms to 1d`. */
  readonly allowed: string;
  /** As JSON schema, for editors. */
  readonly json: Readonly<Record<string, unknown>>;
  /** What a message shows in place of a text that may hold a secret. */
  readonly show?: (text: string) => string;
  /**
   * Whether the option, and the content of a file that it names, is hidden when the configuration is shown: always, or
   * if the name of a field says so.
   */
  readonly secret?: 'always' | 'by_name';
}

/** By the innermost schema of each value, which stays the same through later transformations. */
export const kinds = z.registry<Kind>();

/** Every value is written as text; `parse` turns it into what the program uses. */
export function value<T>(kind: Kind, parse: (text: string) => Parsed<T>) {
  const written = z.string();
  kinds.add(written, kind);
  return written.transform((text, context): T => {
    const parsed = parse(text);
    if ('value' in parsed) return parsed.value;
    context.issues.push({ code: 'custom', message: parsed.wrong, input: text });
    return z.NEVER;
  });
}

export function pattern(expression: RegExp): Kind['json'] {
  return { type: 'string', pattern: expression.source };
}

/** Bounds, written like the value. */
interface Range {
  readonly min: string;
  readonly max: string;
}

interface Unit {
  readonly noun: string;
  readonly allowed: string;
  readonly form: RegExp;
  readonly read: (text: string) => number | undefined;
}

/** A number with a unit. */
function quantity({ noun, allowed, form, read }: Unit, { min, max }: Range) {
  return value({ allowed: `${allowed}, from ${min} to ${max}`, json: pattern(form) }, (text) => {
    const amount = read(text);
    if (amount === undefined) return { wrong: `not ${noun}` };
    if (amount < read(min)!) return { wrong: `less than ${min}` };
    return amount > read(max)! ? { wrong: `more than ${max}` } : { value: amount };
  });
}

const DURATION: Unit = {
  noun: 'a duration',
  allowed: 'a duration in ms, s, m, h or d',
  form: DURATION_PATTERN,
  read: parseDuration,
};

/** Milliseconds. The default bounds keep timers within what Node can count. */
export const duration = (range: Range = { min: '1ms', max: '1d' }) => quantity(DURATION, range);

const SIZE: Unit = {
  noun: 'a size',
  allowed: 'a size in B, KiB, MiB, GiB, kB, MB or GB',
  form: SIZE_PATTERN,
  read: parseSize,
};

/** Bytes. */
export const size = (range: Range) => quantity(SIZE, range);

const SHARE: Unit = { noun: 'a percentage', allowed: 'a percentage', form: SHARE_PATTERN, read: parseShare };

/** A fraction in [0, 1]. */
export const share = (range: Range = { min: '0%', max: '100%' }) => quantity(SHARE, range);

export const integer = (min: number, max: number) =>
  value(
    { allowed: `a whole number from ${min} to ${max}`, json: { type: 'integer', minimum: min, maximum: max } },
    (text) => {
      if (!/^-?\d+$/.test(text)) return { wrong: 'not a whole number' };
      const number = Number(text);
      if (number < min) return { wrong: `less than ${min}` };
      return number > max ? { wrong: `more than ${max}` } : { value: number };
    },
  );

export const flag = () =>
  value({ allowed: 'true or false', json: { type: 'boolean' } }, (text) =>
    text === 'true' || text === 'false' ? { value: text === 'true' } : { wrong: 'neither true nor false' },
  );

/** A word with a single meaning: `ignore: true`, `edges: auto`. */
export function word<T>(only: string, meaning: T, json: Kind['json'] = { const: only }) {
  return value({ allowed: only, json }, (text) => (text === only ? { value: meaning } : { wrong: `not ${only}` }));
}

export function choice<const T extends string>(options: readonly T[]) {
  return value<T>({ allowed: options.join(', '), json: { enum: options } }, (text) => {
    const chosen = options.find((option) => option === text);
    return chosen === undefined ? { wrong: 'not one of the choices' } : { value: chosen };
  });
}

const hidden = () => 'a value that is not shown';

interface TextForm {
  readonly noun: string;
  readonly form: RegExp;
  /** What the form accepts, in words. */
  readonly allowed: string;
}

function matches({ noun, form }: TextForm, text: string): Parsed<string> {
  if (text === '') return { wrong: 'empty' };
  return form.test(text) ? { value: text } : { wrong: `not ${noun}` };
}

export const text = (form: TextForm) =>
  value({ allowed: form.allowed, json: pattern(form.form) }, (written) => matches(form, written));

/** A text that is never shown. */
export const secret = (form: TextForm) =>
  value({ allowed: form.allowed, json: pattern(form.form), show: hidden, secret: 'always' }, (written) =>
    matches(form, written),
  );

/** The name of a file whose content is never shown. */
export const secretFile = (form: TextForm) =>
  value({ allowed: form.allowed, json: pattern(form.form), secret: 'always' }, (written) => matches(form, written));

const ADDRESS = 'host:port or [IPv6]:port, such as 127.0.0.1:8080 or [::1]:8080';
export const address = () => value({ allowed: ADDRESS, json: { type: 'string' } }, parseAddress);

export const listenAddress = () =>
  value({ allowed: `${ADDRESS}; or unix:/path`, json: { type: 'string' } }, parseListenAddress);

const URL_FORM = 'an http or https URL of host, port and perhaps a path, such as http://127.0.0.1:3000; or unix:/path';
const withoutCredentials = (url: string) => JSON.stringify(url.replace(/\/\/[^/]*@/, '//***@'));
const ENDPOINT: Kind = {
  allowed: URL_FORM,
  json: pattern(/^(?:https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?|unix:\/.+)$/),
  show: withoutCredentials,
};
export const endpoint = () => value(ENDPOINT, parseEndpoint);

/** The same, or a word in its place. */
export const endpointOr = <const Word extends string>(word: Word) =>
  value<Endpoint | Word>(
    { ...ENDPOINT, allowed: `${URL_FORM}; or ${word}`, json: { anyOf: [ENDPOINT.json, { const: word }] } },
    (written) => (written === word ? { value: word } : parseEndpoint(written)),
  );

export const storeUrl = () =>
  value({ allowed: STORE_FORM, json: pattern(STORE_PATTERN), show: shownStore }, parseStoreUrl);

/** RFC 9110, sections 5.1 and 5.6.2. */
export const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** As written. */
export const fieldName = () =>
  text({ noun: 'a header name', form: HEADER_NAME, allowed: 'a header name, such as x-build' });

/** In lower case. */
export const headerName = () => fieldName().transform((written) => written.toLowerCase());

/** RFC 9110, section 5.5, as latin1: no control characters, no white space at either end. */
const FIELD_VALUE = /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

const HEADER_VALUE = {
  noun: 'a header value',
  form: FIELD_VALUE,
  allowed: 'visible latin1 characters, with spaces and tabs only between them',
};

export const headerValue = () =>
  value(
    {
      allowed: HEADER_VALUE.allowed,
      json: { type: ['string', 'number', 'boolean'] },
      show: hidden,
      secret: 'by_name',
    },
    (written) => matches(HEADER_VALUE, written),
  );

/** A value that is never shown, whatever the field is called. */
export const secretHeaderValue = () => secret(HEADER_VALUE);

/** CONNECT asks for a tunnel, which cannot be copied. */
const COPYABLE = METHODS.filter((method) => method !== 'CONNECT');

/** A method that the parser knows; case matters. */
export const method = () =>
  value(
    { allowed: 'a method in upper case that HTTP parsers know, such as GET or POST', json: { enum: COPYABLE } },
    (written) => {
      if (COPYABLE.includes(written)) return { value: written };
      return { wrong: COPYABLE.includes(written.toUpperCase()) ? 'a method not in upper case' : 'not a known method' };
    },
  );

/** The end of the day in UTC, in milliseconds since 1970. */
export const lastDay = () =>
  value({ allowed: 'a date as YYYY-MM-DD, such as 2027-03-01', json: pattern(/^\d{4}-\d{2}-\d{2}$/) }, (written) => {
    if (!DAY_PATTERN.test(written)) return { wrong: 'not a date' };
    const end = endOfDay(written);
    return end === undefined ? { wrong: 'not a day of the calendar' } : { value: end };
  });
