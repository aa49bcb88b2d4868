import type { DifferenceKind } from '../model/difference.ts';

/** `set-cookie[sid].path`, `cache-control[max-age]`. */
export interface HeaderPart {
  /** For a cookie: its name, in which case matters, or `*` for all cookies. For a parameter: its name, in any case. */
  readonly name: string;
  /** An attribute of a cookie, in lower case; absent: its value. */
  readonly attribute?: string;
}

export type RuleEffect =
  /** Accepts any difference here and below; or, with `only`, just these kinds at the place itself. */
  | { readonly kind: 'ignore'; readonly only?: readonly IgnorableKind[] }
  /** Numbers may differ by this much: an absolute amount, or a share of the left value. */
  | { readonly kind: 'tolerance'; readonly amount: number; readonly relative: boolean }
  /** Times may be this many milliseconds apart. */
  | { readonly kind: 'time'; readonly amount: number }
  /** Values may differ if both are of this class. */
  | { readonly kind: 'class'; readonly class: ValueClass }
  /** URLs may differ in these parts. */
  | { readonly kind: 'url'; readonly except: readonly UrlPart[] }
  /** Texts may differ in the parts that match this regular expression (RE2 syntax). */
  | { readonly kind: 'mask'; readonly pattern: string }
  /** The primary may have the first status while the shadow has the second: `500`, or `5xx` for a whole class. */
  | { readonly kind: 'status'; readonly primary: string; readonly shadow: string }
  /** Values may differ if the whole text of each matches this regular expression (RE2 syntax). */
  | { readonly kind: 'matches'; readonly pattern: string }
  /** Values may differ if each is one of these texts; a number matches however it is written. */
  | { readonly kind: 'one_of'; readonly values: readonly string[] }
  /** The order of elements does not matter. */
  | { readonly kind: 'unordered' }
  /** Array elements are matched by this member. */
  | { readonly kind: 'key'; readonly key: string }
  /** Missing, `null`, `""`, `[]` and `{}` are the same. */
  | { readonly kind: 'empty' }
  /** Upper and lower case are equal. */
  | { readonly kind: 'case' }
  /** Texts are equal if they are after Unicode normalization (NFC). */
  | { readonly kind: 'unicode' }
  /** The shadow may have members that the primary does not have. */
  | { readonly kind: 'subset' }
  /** The member (or header) has this name in the shadow. */
  | { readonly kind: 'rename'; readonly to: string }
  /** Strings that hold a JSON object or array are compared by their content. */
  | { readonly kind: 'embedded' }
  /** One side may begin with a byte order mark, or the two with different ones. */
  | { readonly kind: 'byte_order_mark' }
  /** One side may name the charset that applies anyway. */
  | { readonly kind: 'charset' };

/**
 * The kinds of difference that can be accepted for any values. Differences of order and form have their own effects.
 */
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

/** `any`: any value, but both sides must have one. `token`: opaque, at least eight characters, no spaces. */
export const VALUE_CLASSES = ['uuid', 'timestamp', 'number', 'string', 'url', 'ip', 'token', 'any'] as const;

export type ValueClass = (typeof VALUE_CLASSES)[number];

/** `origin`: scheme, host and port. `signature`: the parameters that sign a URL. */
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
