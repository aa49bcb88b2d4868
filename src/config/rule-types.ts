import type { DifferenceKind } from '../model/difference.ts';

/** `set-cookie[sid].path`, `cache-control[max-age]`. */
export interface HeaderPart {
  /** Of a cookie, where case matters, or `*` for all cookies; of a parameter, in any case. */
  readonly name: string;
  /** Of a cookie, in lower case; absent: its value. */
  readonly attribute?: string;
}

export type RuleEffect =
  /** Whatever differs there, and below; or, at the place itself, differences of these kinds alone. */
  | { readonly kind: 'ignore'; readonly only?: readonly IgnorableKind[] }
  /** Numbers may differ by this much: an absolute amount, or a share of the left value. */
  | { readonly kind: 'tolerance'; readonly amount: number; readonly relative: boolean }
  /** Points in time may be apart by this many milliseconds. */
  | { readonly kind: 'time'; readonly amount: number }
  /** Values may differ as long as both are of this class. */
  | { readonly kind: 'class'; readonly class: ValueClass }
  /** URLs may differ in these parts. */
  | { readonly kind: 'url'; readonly except: readonly UrlPart[] }
  /** Texts may differ in what this regular expression (RE2 syntax) matches. */
  | { readonly kind: 'mask'; readonly pattern: string }
  /** The status may be this one of the primary and that one of the shadow: `500`, or `5xx` for a whole class. */
  | { readonly kind: 'status'; readonly primary: string; readonly shadow: string }
  /** Values may differ as long as this regular expression (RE2 syntax) matches the whole text of both. */
  | { readonly kind: 'matches'; readonly pattern: string }
  /** Values may differ as long as both are among these texts; a number is any way to write it. */
  | { readonly kind: 'one_of'; readonly values: readonly string[] }
  /** The order of elements does not matter. */
  | { readonly kind: 'unordered' }
  /** Array elements are matched by this member. */
  | { readonly kind: 'key'; readonly key: string }
  /** Missing, `null`, `""`, `[]` and `{}` are the same. */
  | { readonly kind: 'empty' }
  /** Upper and lower case are the same. */
  | { readonly kind: 'case' }
  /** Texts that are the same after Unicode normalization (NFC) are the same. */
  | { readonly kind: 'unicode' }
  /** Members that the shadow alone has are fine. */
  | { readonly kind: 'subset' }
  /** The member (or header) has this name in the shadow. */
  | { readonly kind: 'rename'; readonly to: string }
  /** Strings that hold a JSON object or array are compared by what they hold. */
  | { readonly kind: 'embedded' }
  /** One side begins with a byte order mark, or with another one. */
  | { readonly kind: 'byte_order_mark' }
  /** One side names the charset that holds anyway. */
  | { readonly kind: 'charset' };

/** The kinds of difference that can be accepted whatever the values are; those of order and form have effects of their own. */
export const IGNORABLE_KINDS = [
  'added',
  'removed',
  'value',
  'type',
  'duplicate_key',
  'encoding',
  'bytes',
] as const satisfies readonly DifferenceKind[];

export type IgnorableKind = (typeof IGNORABLE_KINDS)[number];

/** `any` is any value, but there must be one on both sides; `token` is opaque: no spaces, eight characters at least. */
export const VALUE_CLASSES = ['uuid', 'timestamp', 'number', 'string', 'url', 'ip', 'token', 'any'] as const;

export type ValueClass = (typeof VALUE_CLASSES)[number];

/** `origin` is scheme, host and port; `signature` are the parameters that sign a URL. */
export const URL_PARTS = [
  'origin',
  'scheme',
  'userinfo',
  'host',
  'port',
  'path',
  'query',
  'signature',
  'fragment',
] as const;

export type UrlPart = (typeof URL_PARTS)[number] | `query.${string}`;
