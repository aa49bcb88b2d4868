import {
  BLOCK_SCALAR,
  GRAPHQL,
  IN_BRACKETS,
  LABEL_MEMBER,
  LINE_BEGINNING,
  LINE_VALUE,
  NAME_RUN,
  NESTED,
  SCHEME,
  SCHEME_OF,
  SEPARATOR,
  SPACE,
  SPACED_SEPARATOR,
  TIMESTAMP,
  TOKEN,
  VALUE_MEMBER,
  VALUE_NAME,
  WORD_VALUE,
} from './named-syntax.ts';
import { decodeComponent, type NameRule } from './names.ts';
import type { Block, Frame } from './nesting.ts';
import { endOfString, escaped, unescaped } from './quoted-strings.ts';
import type { Scope } from './scope.ts';
import { isOpaque, isSecretValue } from './value.ts';

/*
 * Values that stand behind their names, in any text in which people or programs write such: JSON (whole, cut off or
 * broken), lines of JSON, event streams, GraphQL, YAML, properties, header lines, programs, logs. One pass from left to
 * right: words and strings are names where `:` or `=` follows, brackets are remembered with the name before them. It is
 * no parser of any of these, so that what no parser takes is redacted as well.
 */

export function redactNamedValues(text: string, scope: Scope): string {
  return /[:=]/.test(text) ? new NamedValues(text, scope).redacted() : text;
}

class NamedValues {
  readonly #text: string;
  readonly #scope: Scope;
  readonly #parts: string[] = [];
  readonly #frames: Frame[] = [];
  #copied = 0;
  #at = 0;
  #lineStart = 0;
  /** The name whose value comes next. */
  #name = '';
  #rule: NameRule | undefined;
  #block: Block | undefined;

  constructor(text: string, scope: Scope) {
    this.#text = text;
    this.#scope = scope;
  }

  redacted(): string {
    const text = this.#text;
    while (this.#at < text.length) this.#step(text[this.#at]!);
    if (this.#copied === 0) return text;
    this.#parts.push(text.slice(this.#copied));
    return this.#parts.join('');
  }

  #step(character: string): void {
    switch (character) {
      case '\n':
        this.#at++;
        this.#beginLine();
        break;
      case ' ':
      case '\t':
      case '\r':
        this.#at++;
        break;
      case '"':
      case '`':
        this.#string(character, 0);
        break;
      case "'":
        if (/[A-Za-z0-9]/.test(this.#text[this.#at - 1] ?? '')) this.#at++;
        else this.#string(character, 0);
        break;
      case '\\':
        this.#escape();
        break;
      case '{':
      case '[':
      case '(':
        this.#open(character);
        break;
      case '}':
      case ']':
      case ')':
        this.#frames.pop();
        this.#at++;
        break;
      case ',':
      case ';':
      case '&':
        this.#at++;
        this.#forgetName();
        break;
      case '~':
        this.#at += Math.max(this.#match(TOKEN).length, 1);
        break;
      default:
        this.#word();
    }
  }

  #beginLine(): void {
    this.#lineStart = this.#at;
    if (this.#frames.length > 0) return;
    this.#forgetName();
    if (this.#block === undefined) return;
    const indent = this.#match(SPACE).length;
    const next = this.#text[this.#at + indent];
    const isItem = next === '-' && indent === this.#block.indent;
    if (next !== '\n' && next !== '\r' && indent <= this.#block.indent && !isItem) this.#block = undefined;
  }

  #forgetName(): void {
    this.#name = '';
    this.#rule = undefined;
  }

  /** A backslash before a quote is of a string in a string, seen from inside. */
  #escape(): void {
    let quoteAt = this.#at;
    while (this.#text[quoteAt] === '\\') quoteAt++;
    const slashes = quoteAt - this.#at;
    const quote = this.#text[quoteAt];
    if (quote !== '"' && quote !== "'") {
      // `\n` and the like part words as the character would.
      this.#at = Math.min(quoteAt + 1, this.#text.length);
      return;
    }
    this.#at = quoteAt;
    this.#string(quote, slashes);
  }

  /** `at` is at the opening quote, before which there are `slashes`. */
  #string(quote: string, slashes: number): void {
    const start = this.#at + 1;
    const end = endOfString(this.#text, quote, slashes, start);
    if (end < 0) {
      this.#unterminated(start);
      return;
    }
    this.#at = end + slashes + 1;
    const content = this.#text.slice(start, end);
    const separator = this.#match(SPACED_SEPARATOR);
    if (separator !== '') {
      this.#at += separator.length;
      this.#named(content, start);
      return;
    }
    this.#value(start, end, slashes > 0 ? 'raw' : 'string');
  }

  /** A string that does not end in its line begins nothing, unless the text was cut off in it. */
  #unterminated(start: number): void {
    const lineEnd = this.#text.indexOf('\n', start);
    const rule = this.#valueRule();
    if (lineEnd < 0 && rule !== undefined) {
      this.#hide(start, this.#text.length, this.#text.slice(start), rule, '');
      this.#at = this.#text.length;
      return;
    }
    this.#at = start;
  }

  #open(bracket: string): void {
    const outer = this.#frames.at(-1);
    const isElement = this.#name === '' && outer?.bracket === '[';
    const rule = outer?.rule ?? this.#block?.rule ?? this.#rule;
    const isCovered = rule?.reach === 'everything' || bracket === '[';
    this.#frames.push({
      name: isElement ? outer.name : this.#name,
      rule: isCovered ? rule : undefined,
      bracket,
      label: '',
    });
    this.#at++;
    this.#forgetName();
  }

  #word(): void {
    const word = this.#match(NAME_RUN);
    if (word === '') {
      this.#at++;
      return;
    }
    const start = this.#at;
    this.#at += word.length;
    // `user[password]=…`
    if (
      this.#text[this.#at] === ']' &&
      this.#frames.at(-1)?.bracket === '[' &&
      /[=\]]/.test(this.#text[this.#at + 1] ?? '')
    ) {
      this.#frames.pop();
      this.#at++;
    }
    const separator = this.#match(SEPARATOR);
    if (separator !== '') {
      this.#at += separator.length;
      this.#named(word, start);
    } else this.#bareValue(start);
  }

  /** A name and its separator were read, and `at` is after them. */
  #named(written: string, start: number): void {
    const frame = this.#frames.at(-1);
    const name = decodeComponent(unescaped(written));
    const label = frame !== undefined && VALUE_NAME.test(name) ? frame.label : '';
    this.#name = name;
    this.#rule = label === '' ? this.#scope.member(name, (frame ?? this.#block)?.name) : this.#scope.member(label);
    if (frame?.rule?.reach === 'everything' && isOpaque(name))
      this.#hide(start, start + written.length, name, frame.rule, '');
    this.#at += this.#match(SPACE).length;
    const next = this.#text[this.#at] ?? '"';
    if (/["'`{[(\\]/.test(next)) return;
    this.#rule ??= this.#ruleOfLabelBehind(this.#at + this.#match(IN_BRACKETS).length);
    const rule = this.#valueRule();
    const isLine = frame === undefined && LINE_BEGINNING.test(this.#text.slice(this.#lineStart, start));
    if (next === '\n' || next === '\r') {
      if (isLine) this.#beginBlock(name, rule);
    } else if (rule === undefined) return;
    else if (isLine && this.#match(BLOCK_SCALAR) !== '') this.#blockScalar(rule);
    else this.#bareValue(this.#at, isLine);
  }

  #beginBlock(name: string, rule: NameRule | undefined): void {
    if (this.#block?.rule !== undefined) return;
    const covering = rule?.reach === 'everything' ? rule : undefined;
    this.#block = { indent: this.#match(SPACE, this.#lineStart).length, name, rule: covering };
  }

  /** `{"value": …, "name": "password"}`: what is said of a value behind it. */
  #ruleOfLabelBehind(at: number): NameRule | undefined {
    if (this.#frames.at(-1)?.bracket !== '{' || !VALUE_NAME.test(this.#name)) return undefined;
    LABEL_MEMBER.lastIndex = at;
    const label = LABEL_MEMBER.exec(this.#text)?.[1];
    return label === undefined ? undefined : this.#scope.member(label);
  }

  #valueRule(): NameRule | undefined {
    const frame = this.#frames.at(-1);
    return this.#rule ?? frame?.rule ?? this.#block?.rule;
  }

  /** A word, number, or, where the name begins a line, what is left of the line. */
  #bareValue(start: number, isLine = false): void {
    const rule = this.#valueRule();
    if (rule === undefined) {
      // It may be the first word of something with names of its own.
      this.#at = start + Math.max(this.#match(NAME_RUN, start).length, 1);
      this.#forgetName();
      return;
    }
    this.#at = start;
    const bracket = this.#frames.at(-1)?.bracket;
    const inBrackets = bracket !== undefined;
    const scheme = this.#match(SCHEME);
    const from = start + scheme.length;
    const token = this.#match(TOKEN, from);
    if (token !== '') {
      this.#at = from + token.length;
      this.#forgetName();
      return;
    }
    const form = inBrackets ? IN_BRACKETS : isLine || this.#block !== undefined ? LINE_VALUE : WORD_VALUE;
    const written = this.#match(form, from).trimEnd();
    this.#at = Math.max(from + written.length, start + 1);
    if (isSecretValue(written, rule) && !(inBrackets && GRAPHQL.test(written))) {
      const quote = inBrackets && bracket !== '(' ? '"' : '';
      this.#hide(from, from + written.length, decodeComponent(written), rule, quote);
    }
    this.#forgetName();
  }

  #blockScalar(rule: NameRule): void {
    const text = this.#text;
    const indent = this.#match(SPACE, this.#lineStart).length;
    const from = text.indexOf('\n', this.#at) + 1;
    let end = from;
    let inner = -1;
    while (end < text.length) {
      const own = this.#match(SPACE, end).length;
      const isBlank = /[\r\n]/.test(text[end + own] ?? '\n');
      if (!isBlank && own <= indent) break;
      if (!isBlank && inner < 0) inner = own;
      const lineEnd = text.indexOf('\n', end);
      end = lineEnd < 0 ? text.length : lineEnd + 1;
    }
    const content = text.slice(from, end).replace(/\s+$/, '');
    const value = content
      .split('\n')
      .map((line) => line.trim())
      .join('\n');
    this.#hide(from + Math.max(inner, 0), from + content.length, value, rule, '');
    this.#at = end;
    this.#lineStart = end;
    this.#forgetName();
  }

  /** A string from `start` to `end`, without its quotes. */
  #value(start: number, end: number, kind: 'string' | 'raw'): void {
    const written = this.#text.slice(start, end);
    const content = kind === 'string' ? unescaped(written) : written;
    const frame = this.#frames.at(-1);
    if (
      frame !== undefined &&
      /^(?:name|key|field|param|header|id|k)$/i.test(this.#name) &&
      this.#match(VALUE_MEMBER) !== ''
    ) {
      frame.label = content;
      this.#forgetName();
      return;
    }
    this.#rule ??= this.#ruleOfLabelBehind(this.#at);
    const rule = this.#valueRule();
    const scheme = rule === undefined ? '' : (SCHEME_OF.exec(written)?.[0] ?? '');
    if (rule === undefined) {
      const redacted = NESTED.test(content) && !TIMESTAMP.test(content) ? this.#scope.inside(content) : content;
      if (redacted !== content)
        this.#replace(start, end, kind === 'string' && written !== content ? escaped(redacted) : redacted);
    } else if (isSecretValue(content, rule))
      this.#hide(start + scheme.length, end, content.slice(scheme.length), rule, '');
    this.#forgetName();
  }

  #hide(start: number, end: number, value: string, rule: NameRule, quote: string): void {
    this.#replace(start, end, `${quote}${this.#scope.secrets.hide(value, rule)}${quote}`);
  }

  #replace(start: number, end: number, replacement: string): void {
    this.#parts.push(this.#text.slice(this.#copied, start), replacement);
    this.#copied = end;
  }

  #match(form: RegExp, at = this.#at): string {
    form.lastIndex = at;
    return form.exec(this.#text)?.[0] ?? '';
  }
}
