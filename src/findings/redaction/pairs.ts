import { isOpaque } from '../../lib/path-token.ts';
import type { Redaction } from '../../model/redaction.ts';
import type { NameRule } from './names.ts';

/** A value, or a name, as a member has it: where it stands, and what it says. */
export interface Written {
  readonly start: number;
  readonly end: number;
  readonly content: string;
  /** What a token in its place needs around it. */
  readonly quote: '' | '"';
  /** `container`: an object or an array. */
  readonly kind: 'scalar' | 'container';
}

/** Names of members that have a name for what another member has. */
const NAMING = /^(?:name|key|field|param|parameter|header|attribute|property|variable|label)$/i;
/** The same, where no other member is such. */
const NAMING_PERHAPS = /^(?:id|k|path)$/i;
/** Names of those other members. */
const VALUING =
  /^(?:value|val|values|content|data|v|old|new|(?:old|new|default|current|previous|original|raw|string)_?values?)$/i;
/** What people call so holds nothing else, as a rolling pin and a secret garden do. */
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
 * The members of one object, some of which say what others are: `{"name": "password", "value": "…"}`, in any order and
 * with any others between.
 */
export class Pairs {
  readonly #ruleOf: (name: string) => NameRule | undefined;
  readonly #values: Written[] = [];
  /** Names that are secrets themselves where there is no value to them, as in `{"key": "…"}`. */
  readonly #doubtful: (readonly [name: Written, rule: NameRule])[] = [];
  #name: string | undefined;
  #perhaps: string | undefined;

  constructor(ruleOf: (name: string) => NameRule | undefined) {
    this.#ruleOf = ruleOf;
  }

  /** @param member the name of the member, one of those for which `isNaming` holds. */
  addName(member: string, name: string): void {
    if (name.length > LONGEST_NAME) return;
    // Of a path (RFC 6901) the last name counts.
    if (NAMING_PERHAPS.test(member)) this.#perhaps ??= name.slice(name.lastIndexOf('/') + 1);
    else this.#name ??= name;
  }

  /** @param rule what it is hidden by unless it names a value. */
  addDoubtfulName(name: Written, rule: NameRule): void {
    if (this.#doubtful.length < MOST) this.#doubtful.push([name, rule]);
  }

  addValue(value: Written): void {
    if (this.#values.length < MOST) this.#values.push(value);
  }

  /** Of all values, as the names say that came so far. */
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

/** Whether it is rather a key than the name of anything. */
function isDrawn(name: string): boolean {
  return name.length >= 16 && isOpaque(name);
}

/** Whether it is a part of a value, as in a line `data: key=…` of an event stream. */
function isInside(name: Written, value: Written): boolean {
  return value.start <= name.start && name.end <= value.end;
}
