import type { NameRule } from './names.ts';
import { Replacements } from './replacements.ts';
import type { Scope } from './scope.ts';
import { isSecretValue } from './value.ts';

/*
 * XML, HTML, SOAP, property lists: the text of elements, and attributes that another attribute names. Attributes that
 * have a secret's name themselves are `name="value"`, which the pass over all named values finds. This is one pass over
 * the tags, well formed or not.
 */

interface OpenElement {
  readonly name: string;
  /** The rule for the text in it. */
  readonly rule: NameRule | undefined;
}

interface Attribute {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const TAG = /<(\/?)([A-Za-z_][\w.:-]*)/g;
const ATTRIBUTE = /\s*([^\s=<>"'/]+)\s*=\s*(?:"([^"<]*)"|'([^'<]*)'|([^\s"'<>]+))|\s*[^\s=<>"'/]+|\s*\/(?!>)|\s+/y;
/** HTML elements without an end tag. */
const VOID = new Set([
  'input',
  'meta',
  'br',
  'img',
  'link',
  'hr',
  'area',
  'base',
  'col',
  'embed',
  'source',
  'track',
  'wbr',
]);
/** Elements whose text is layout or a program, not a value. */
const PROSE = new Set(['code', 'kbd', 'script', 'style', 'html', 'body', 'head']);
const NAMING = /^(?:name|id|key|property|itemprop|http-equiv|field|param)$/i;
const VALUING = /^(?:value|content|data-value|val)$/i;
const DEEPEST = 256;

export function redactMarkup(text: string, scope: Scope): string {
  const open: OpenElement[] = [];
  const replacements = new Replacements(text);
  /** The name from a `<name>` or `<key>`, for the value after it. */
  let label = '';
  let textAt = 0;

  const hideText = (end: number): void => {
    const element = open.at(-1);
    if (element === undefined || textAt >= end) return;
    const { start, end: contentEnd } = contentOf(text, textAt, end);
    const content = text.slice(start, contentEnd);
    if (NAME_ELEMENT.test(localName(element.name)) && LABELLED.test(text.slice(end, end + 200))) label = content;
    else if (element.rule === undefined) lookInside(start, contentEnd);
    else if (isSecretValue(content, element.rule)) {
      replacements.add(start, contentEnd, scope.secrets.hide(decodeEntities(content), element.rule));
    }
  };
  /** Escaped text may be markup or JSON itself. */
  const lookInside = (start: number, end: number): void => {
    const written = text.slice(start, end);
    if (!ESCAPED.test(written)) return;
    const content = decodeEntities(written);
    const redacted = scope.inside(content);
    if (redacted !== content) replacements.add(start, end, encodeEntities(redacted));
  };

  TAG.lastIndex = 0;
  for (let tag = TAG.exec(text); tag !== null; tag = TAG.exec(text)) {
    const [whole, slash, name = ''] = tag;
    hideText(tag.index);
    let at = tag.index + whole.length;
    if (slash === '/') {
      const found = open.findLastIndex((element) => element.name === name);
      if (found >= 0) open.length = found;
    } else {
      const attributes = attributesOf(text, at);
      at = attributes.end;
      const named = namedBy(text, attributes.list, scope);
      for (const { name: attribute, start, end } of attributes.list) {
        const value = text.slice(start, end);
        if (named !== undefined && VALUING.test(attribute) && isSecretValue(value, named))
          replacements.add(start, end, scope.secrets.hide(decodeEntities(value), named));
        else lookInside(start, end);
      }
      if (text[at] !== '/' && !VOID.has(name.toLowerCase()) && open.length < DEEPEST) {
        open.push({ name, rule: ruleOf(localName(name), open, named, label, scope) });
        if (LABELLED_ELEMENT.test(localName(name))) label = '';
      }
    }
    textAt = text[at] === '>' ? at + 1 : text[at] === '/' ? at + 2 : at;
    TAG.lastIndex = Math.max(at, tag.index + 1);
  }
  hideText(text.length);
  return replacements.applied();
}

const ESCAPED = /&(?:lt|quot|#)/;
const NAME_ELEMENT = /^(?:key|name)$/i;

/** Without white space and CDATA around it. */
function contentOf(text: string, from: number, to: number): { readonly start: number; readonly end: number } {
  const written = text.slice(from, to);
  const trimmed = written.trim();
  const start = from + written.length - written.trimStart().length;
  return trimmed.startsWith('<![CDATA[') && trimmed.endsWith(']]>')
    ? { start: start + 9, end: start + trimmed.length - 3 }
    : { start, end: start + trimmed.length };
}

/** The end of a `<name>` or `<key>` and the start of its value. */
const LABELLED_ELEMENT = /^(?:value|string|data|integer)$/i;
const LABELLED = /^<\/[\w.:-]+>\s*<(?:[\w.-]+:)?(?:value|string|data|integer)\b/i;

function ruleOf(
  name: string,
  open: readonly OpenElement[],
  named: NameRule | undefined,
  label: string,
  scope: Scope,
): NameRule | undefined {
  const parent = open.at(-1);
  if (parent?.rule?.reach === 'everything') return parent.rule;
  if (named !== undefined) return { ...named, reach: 'everything' };
  if (label !== '' && LABELLED_ELEMENT.test(name)) {
    const rule = scope.member(label);
    return rule && { ...rule, reach: 'everything' };
  }
  return PROSE.has(name.toLowerCase())
    ? undefined
    : scope.member(name, parent === undefined ? '' : localName(parent.name));
}

/** The name that an attribute gives to the other attributes and the text. */
function namedBy(text: string, attributes: readonly Attribute[], scope: Scope): NameRule | undefined {
  for (const { name, start, end } of attributes) {
    const value = text.slice(start, end);
    if (NAMING.test(name)) {
      const rule = scope.member(value);
      if (rule !== undefined) return rule;
    } else if (/^type$/i.test(name) && /^password$/i.test(value)) return scope.member('password');
  }
  return undefined;
}

/** The values' positions, without quotes, and where the tag goes on after them. */
function attributesOf(text: string, from: number): { readonly list: readonly Attribute[]; readonly end: number } {
  const list: Attribute[] = [];
  let at = from;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(text);
    if (found === null || found[0] === '') return { list, end: at };
    const [whole, name, double, single, bare] = found;
    const value = double ?? single ?? bare;
    at += whole.length;
    if (name === undefined || value === undefined) continue;
    const end = bare === undefined ? at - 1 : at;
    list.push({ name, start: end - value.length, end });
  }
}

function localName(name: string): string {
  return name.slice(name.lastIndexOf(':') + 1);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|amp|quot|apos));/gi,
    (whole, decimal, hexadecimal, name) => {
      if (name !== undefined) return ENTITIES[(name as string).toLowerCase()]!;
      const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

function encodeEntities(text: string): string {
  return text.replaceAll(/[<>&"]/g, (character) => ENCODED[character]!);
}

const ENCODED: Readonly<Record<string, string>> = { '<': '&lt;', '>': '&gt;', '&': '&amp;', '"': '&quot;' };
