import { isOpaque } from '../../lib/path-token.ts';
import { blockScalar } from './block-scalar.ts';
import {
  BEFORE_TAG,
  BLOCK_SCALAR,
  GRAPHQL,
  IN_BRACKETS,
  LINE_BEGINNING,
  LINE_VALUE,
  LONGEST_INDENT,
  NAME_RUN,
  NESTED,
  SCHEME,
  SCHEME_OF,
  SEPARATOR,
  SPACE,
  SPACED_SEPARATOR,
  TIMESTAMP,
  TOKEN,
  TYPE,
  WORD_VALUE,
} from './named-syntax.ts';
import { decodeComponent, encodeComponent, type NameRule } from './names.ts';
import { type Block, Nesting } from './nesting.ts';
import { isNaming, isValuing, type Pairs, type Written } from './pairs.ts';
import { endOfString, escaped, slashesAt, unescaped } from './quoted-strings.ts';
import { Replacements } from './replacements.ts';
import type { Scope } from './scope.ts';
import { isSecretValue } from './value.ts';

/*
 * Values that follow their names, in any kind of text: JSON (whole, cut off or broken), lines of JSON, event streams,
 * GraphQL, YAML, properties, header lines, programs, logs. One pass from left to right: words and strings are names if
 * `:` or `=` follows; brackets are remembered with the name before them. It does not parse any of these formats, so that
 * malformed text is redacted as well.
 */

export function redactNamedValues(text: string, scope: Scope): string {
  return /[:=]/.test(text) ? new NamedValues(text, scope).redacted() : text;
}

class NamedValues {
  readonly #text: string;
  readonly #scope: Scope;
  readonly #replacements: Replacements;
  readonly #nesting: Nesting;
  #at = 0;
  #lineStart = 0;
  /** The name whose value comes next. */
  #name = '';
  #rule: NameRule | undefined;
  #block: Block | undefined;

  constructor(text: string, scope: Scope) {
    this.#text = text;
    this.#scope = scope;
    this.#replacements = new Replacements(text);
    this.#nesting = new Nesting(
      text,
      (name) => scope.member(name),
      (pairs) => this.#hideIn(pairs),
    );
  }

  redacted(): string {
    while (this.#at < this.#text.length) this.#step(this.#text[this.#at]!);
    this.#nesting.end();
    return this.#replacements.applied();
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
        this.#nesting.open(character, this.#at++, this.#name, this.#block?.rule ?? this.#rule);
        this.#forgetName();
        break;
      case '<':
        this.#tag();
        break;
      case '}':
      case ']':
      case ')':
      case '>':
        this.#nesting.close(character, ++this.#at);
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

  /** The attributes of an element are members as well. */
  #tag(): void {
    if (BEFORE_TAG.test(this.#text[this.#at - 1] ?? '') && /[a-z_]/i.test(this.#text[this.#at + 1] ?? ''))
      this.#nesting.open('<', this.#at, '', undefined);
    this.#at++;
  }

  #beginLine(): void {
    this.#lineStart = this.#at;
    if (this.#nesting.frame !== undefined) return;
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

  /** A backslash before a quote belongs to a string in a string, seen from inside; `\n` and the like separate words. */
  #escape(): void {
    const slashes = slashesAt(this.#text, this.#at);
    this.#at += slashes;
    const quote = this.#text[this.#at];
    if (quote === '"' || quote === "'") this.#string(quote, slashes);
    else this.#at = Math.min(this.#at + 1, this.#text.length);
  }

  /** `at` is at the opening quote, which has `slashes` before it. */
  #string(quote: string, slashes: number): void {
    if (this.#blockString(this.#text.slice(this.#at - slashes, this.#at + 1).repeat(3), slashes)) return;
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

  /** Between triple quotes, as in GraphQL and programs; `at` is at the first. */
  #blockString(marks: string, slashes: number): boolean {
    const start = this.#at - slashes + marks.length;
    const end = this.#text.startsWith(marks, this.#at - slashes) ? this.#text.indexOf(marks, start) : -1;
    if (end < 0) return false;
    this.#at = end + marks.length;
    this.#value(start, end, 'raw');
    return true;
  }

  /** A string that does not end in its line is not one, unless the text was cut off in it. */
  #unterminated(start: number): void {
    const rule = this.#valueRule();
    if (rule !== undefined && !this.#text.includes('\n', start)) {
      this.#hide(start, this.#text.length, this.#text.slice(start), rule, '');
      this.#at = this.#text.length;
      return;
    }
    this.#at = start;
  }

  #hideIn(pairs: Pairs): void {
    for (const [written, rule] of pairs.hidden()) {
      const { start, end, content, quote, kind } = written;
      if (kind === 'scalar') this.#hideScalar(written, rule);
      else if (rule.reach === 'everything') this.#hide(start, end, content, rule, quote);
    }
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
      this.#nesting.frame?.bracket === '[' &&
      /[=\]]/.test(this.#text[this.#at + 1] ?? '')
    ) {
      this.#nesting.cancel();
      this.#at++;
    }
    const separator = this.#match(SEPARATOR);
    if (separator !== '') {
      this.#at += separator.length;
      this.#named(word, start);
    } else if (this.#valueRule() !== undefined) this.#bareValue(start);
    else {
      // It may be the first word of something that has names itself.
      this.#forgetName();
      if (word.includes('%')) this.#encoded(start, word);
    }
  }

  /** A percent-encoded word may be a text with names itself. */
  #encoded(start: number, word: string): void {
    const content = decodeComponent(word);
    const redacted = content === word ? content : this.#scope.inside(content);
    if (redacted !== content) this.#replacements.add(start, start + word.length, encodeComponent(redacted));
  }

  /** A name and its separator were read; `at` is after them. */
  #named(written: string, start: number): void {
    const frame = this.#nesting.frame;
    const name = decodeComponent(unescaped(written));
    const isNear = frame === undefined && start - this.#lineStart <= LONGEST_INDENT;
    const prefix = isNear ? this.#text.slice(this.#lineStart, start) : '';
    const isLine = isNear && LINE_BEGINNING.test(prefix);
    if (isLine) this.#nesting.line(prefix.length, prefix.includes('- '));
    this.#name = name;
    this.#rule = isValuing(name) ? this.#nesting.pairs?.rule : undefined;
    this.#rule ??= this.#scope.member(name, (frame ?? this.#block)?.name);
    const keys =
      frame !== undefined && isOpaque(name) ? (frame.rule ?? this.#scope.names.keysIn(frame.name)) : undefined;
    if (keys !== undefined && frame?.bracket === '{') this.#hide(start, start + written.length, name, keys, '');
    this.#at += this.#match(SPACE).length;
    if (this.#rule !== undefined) this.#at += this.#match(TYPE).length;
    const next = this.#text[this.#at] ?? '"';
    if (/["'`{[(\\]/.test(next)) return;
    const rule = this.#valueRule();
    if (next === '\n' || next === '\r') {
      if (isLine) this.#beginBlock(name, rule);
    } else if (rule === undefined) {
      if (!isNaming(name) && !isValuing(name)) return;
      this.#scalar(this.#bare(this.#at, isLine).written);
      this.#forgetName();
    } else if (isLine && this.#match(BLOCK_SCALAR) !== '') this.#blockScalar(rule);
    else this.#bareValue(this.#at, isLine);
  }

  #beginBlock(name: string, rule: NameRule | undefined): void {
    if (this.#block?.rule !== undefined) return;
    const covering = rule?.reach === 'everything' ? rule : undefined;
    this.#block = { indent: this.#match(SPACE, this.#lineStart).length, name, rule: covering };
  }

  #valueRule(): NameRule | undefined {
    const frame = this.#nesting.frame;
    return this.#rule ?? frame?.rule ?? this.#block?.rule;
  }

  /** A word, a number, or, if the name begins a line, the rest of the line. Moves `at` to its end. */
  #bareValue(start: number, isLine = false): void {
    this.#at = start;
    const from = start + this.#match(SCHEME).length;
    const token = this.#match(TOKEN, from);
    const { written, raw } = this.#bare(from, isLine);
    if (token !== '') this.#at = from + token.length;
    else {
      this.#at = Math.max(written.end, start + 1);
      const isVariable = this.#nesting.frame !== undefined && GRAPHQL.test(raw);
      if (!isVariable) this.#scalar(written);
    }
    this.#forgetName();
  }

  #bare(start: number, isLine: boolean): { readonly written: Written; readonly raw: string } {
    const bracket = this.#nesting.frame?.bracket;
    const form = bracket !== undefined ? IN_BRACKETS : isLine || this.#block !== undefined ? LINE_VALUE : WORD_VALUE;
    const raw = this.#match(form, start).trimEnd();
    const quote = bracket === '{' || bracket === '[' ? '"' : '';
    return { written: { start, end: start + raw.length, content: decodeComponent(raw), quote, kind: 'scalar' }, raw };
  }

  #blockScalar(rule: NameRule): void {
    const { start, end, value, next } = blockScalar(this.#text, this.#lineStart, this.#at);
    this.#hide(start, end, value, rule, '');
    this.#at = next;
    this.#lineStart = next;
    this.#forgetName();
  }

  /** A string from `start` to `end`, without its quotes. */
  #value(start: number, end: number, kind: 'string' | 'raw'): void {
    const written = this.#text.slice(start, end);
    const content = kind === 'string' ? unescaped(written) : written;
    if (!this.#scalar({ start, end, content, quote: '', kind: 'scalar' })) {
      const redacted = NESTED.test(content) && !TIMESTAMP.test(content) ? this.#scope.inside(content) : content;
      if (redacted !== content)
        this.#replacements.add(start, end, kind === 'string' && written !== content ? escaped(redacted) : redacted);
    }
    this.#forgetName();
  }

  /** A string or a number. False if nothing says so far that it is a secret. */
  #scalar(written: Written): boolean {
    const [pairs, name] = [this.#nesting.pairs, this.#name];
    const rule = this.#nesting.elementRule(written) ?? this.#valueRule();
    if (isNaming(name)) pairs?.addName(name, written.content);
    if (rule === undefined) {
      if (isValuing(name)) pairs?.addValue(written);
      return false;
    }
    if (pairs !== undefined && isNaming(name) && rule.name === name) pairs.addDoubtfulName(written, rule);
    else this.#hideScalar(written, rule);
    return true;
  }

  #hideScalar({ start, end, content, quote }: Written, rule: NameRule): void {
    if (!isSecretValue(content, rule)) return;
    const scheme = SCHEME_OF.exec(content)?.[0] ?? '';
    this.#hide(start + scheme.length, end, content.slice(scheme.length), rule, quote);
  }

  #hide(start: number, end: number, value: string, rule: NameRule, quote: string): void {
    this.#replacements.add(start, end, `${quote}${this.#scope.secrets.hide(value, rule)}${quote}`);
  }

  #match(form: RegExp, at = this.#at): string {
    form.lastIndex = at;
    return form.exec(this.#text)?.[0] ?? '';
  }
}
