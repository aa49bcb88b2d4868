import { isOpaque } from '../../lib/path-token.ts';
import type { Redaction } from '../../model/redaction.ts';
import type { NameRule } from './names.ts';

/** The value or name of a member: its position and its content. */
export interface Written {
  readonly start: number;
  readonly end: number;
  readonly content: string;
  /** What a token in its place needs around it. */
  readonly quote: '' | '"';
  /** `container`: an object or an array. */
  readonly kind: 'scalar' | 'container';
}

/** Members that name the value of another member. */
const NAMING = /^(?:name|key|field|param|parameter|header|attribute|property|variable|label)$/i;
/** The same, if no other member is one. */
const NAMING_PERHAPS = /^(?:id|k|path)$/i;
/** Names of the members with such values. */
const VALUING =
  /^(?:value|val|values|content|data|v|old|new|(?:old|new|default|current|previous|original|raw|string)_?values?)$/i;
/** Kinds of secrets whose names mean nothing else. A `pin` may be a rolling pin, a `secret` a garden. */
const CERTAIN: ReadonlySet<Redaction> = new Set(['password', 'cvv', 'ssn', 'otp', 'card_number', 'api_key']);
/** One object has few of them. */
const MOST = 100;
const LONGEST_NAME = 100;

export function isNaming(name: string): boolean {
  return NAMING.test(name) || NAMING_PERHAPS.test(name);
}

export function isValuing(name: string): boolean {
  return VALUING.test(name);
}

/**
 * The members of one object, some of which name others: `{"name": "password", "value": "…"}`, in any order and with
 * any others between them.
 */
export class Pairs {
  readonly #ruleOf: (name: string) => NameRule | undefined;
  readonly #values: Written[] = [];
  /** Members that are secrets themselves if there is no value for them to name, as in `{"key": "…"}`. */
  readonly #doubtful: (readonly [name: Written, rule: NameRule])[] = [];
  #name: string | undefined;
  #perhaps: string | undefined;

  constructor(ruleOf: (name: string) => NameRule | undefined) {
    this.#ruleOf = ruleOf;
  }

  /** @param member the name of a member for which `isNaming` holds. */
  addName(member: string, name: string): void {
    if (name.length > LONGEST_NAME) return;
    // In a path (RFC 6901) the last name counts.
    if (NAMING_PERHAPS.test(member)) this.#perhaps ??= name.slice(name.lastIndexOf('/') + 1);
    else this.#name ??= name;
  }

  /** @param rule hides it, unless it names a value. */
  addDoubtfulName(name: Written, rule: NameRule): void {
    if (this.#doubtful.length < MOST) this.#doubtful.push([name, rule]);
  }

  addValue(value: Written): void {
    if (this.#values.length < MOST) this.#values.push(value);
  }

  /** The rule for all values, by the names seen so far. */
  get rule(): NameRule | undefined {
    const rule = this.#named;
    if (rule === undefined || !this.#isCertain(rule)) return undefined;
    return this.#name === undefined ? { ...rule, reach: 'value' } : rule;
  }

  /** What is to be hidden, once all members were seen. */
  hidden(): readonly (readonly [hidden: Written, rule: NameRule])[] {
    const values = this.#values;
    const names = this.#doubtful.filter(
      ([name]) => isDrawn(name.content) || values.every((value) => isInside(name, value)),
    );
    const rule = this.#named;
    if (rule === undefined) return names;
    const hidden = this.#isCertain(rule) ? values : values.filter(({ content }) => isOpaque(content));
    const isClear = this.#name !== undefined;
    return [
      ...names,
      ...hidden.filter(({ kind }) => isClear || kind === 'scalar').map((value) => [value, rule] as const),
    ];
  }

  get #named(): NameRule | undefined {
    const name = this.#name ?? this.#perhaps;
    return name === undefined ? undefined : this.#ruleOf(name);
  }

  #isCertain({ rule }: NameRule): boolean {
    return CERTAIN.has(rule) || !/\s/.test(this.#name ?? this.#perhaps ?? '');
  }
}

/** Whether it looks like a key rather than the name of something. */
function isDrawn(name: string): boolean {
  return name.length >= 16 && isOpaque(name);
}

/** Whether it is a part of a value, as in a line `data: key=…` of an event stream. */
function isInside(name: Written, value: Written): boolean {
  return value.start <= name.start && name.end <= value.end;
}
