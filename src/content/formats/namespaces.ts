import { type Element, isText, newElement } from './markup.ts';

/*
 * Namespaces in XML 1.0: a name consists of a namespace and a local name, and the prefix for the namespace is
 * arbitrary. So elements are named by their local name, `$.Envelope.Body[*]`, with a member `#namespace` where it
 * differs from the parent's. An attribute with a prefix is `@{namespace}name`, except for four customary prefixes,
 * which stay. A value that is a name with a prefix (`xsi:type="xs:string"`, `soap:Server`) is written the same way.
 * Declarations are left out. An undeclared prefix stays as it is written.
 */

const XML = 'http://www.w3.org/XML/1998/namespace';

const CUSTOMARY: ReadonlyMap<string, string> = new Map([
  [XML, 'xml'],
  ['http://www.w3.org/2001/XMLSchema', 'xs'],
  ['http://www.w3.org/2001/XMLSchema-instance', 'xsi'],
  ['http://www.w3.org/1999/xlink', 'xlink'],
]);
const CUSTOMARY_PREFIXES: ReadonlySet<string> = new Set(CUSTOMARY.values());

/** A value that may be a name with a prefix. */
const QUALIFIED = /^([ \t\r\n]*)([A-Z_a-z][\w.-]*):([A-Z_a-z][\w.-]*)([ \t\r\n]*)$/;
const LONGEST_NAME = 200;

type Attributes = readonly (readonly [name: string, value: string])[];

/** The namespaces in scope while a document is read. */
export class Namespaces {
  /** By prefix, the namespaces that the open elements declare for it, the innermost last. */
  readonly #declared = new Map<string, string[]>([['xml', [XML]]]);
  readonly #open: { readonly namespace: string; readonly prefixes: readonly string[] }[] = [];

  /** The element that a tag opens. */
  enter(name: string, attributes: Attributes): Element {
    const prefixes = this.#declare(attributes);
    const outer = this.#open.at(-1)?.namespace ?? '';
    const [prefix, local] = split(name);
    const namespace = this.#namespaceOf(prefix) ?? '';
    this.#open.push({ namespace, prefixes });
    const isUnknown = prefix !== '' && namespace === '';
    const element = newElement(isUnknown ? name : local, this.#named(attributes));
    if (namespace !== outer) element.namespace = namespace;
    return element;
  }

  /** Resolves the element's text, which is now complete, and ends the scope of its declarations. */
  leave({ children }: Element): void {
    const [only] = children;
    if (children.length === 1 && only !== undefined && isText(only)) only.text = this.#value(only.text);
    for (const prefix of this.#open.pop()!.prefixes) this.#declared.get(prefix)!.pop();
  }

  #declare(attributes: Attributes): readonly string[] {
    const prefixes: string[] = [];
    for (const [name, value] of attributes) {
      if (!isDeclaration(name)) continue;
      const prefix = name.slice('xmlns:'.length);
      const namespaces = this.#declared.get(prefix);
      if (namespaces) namespaces.push(value);
      else this.#declared.set(prefix, [value]);
      prefixes.push(prefix);
    }
    return prefixes;
  }

  /** The empty prefix means the default namespace. Undefined where none is declared, or the declaration is undone. */
  #namespaceOf(prefix: string): string | undefined {
    return this.#declared.get(prefix)?.at(-1) || undefined;
  }

  #named(attributes: Attributes): [string, string][] {
    const named: [string, string][] = [];
    for (const [name, value] of attributes) {
      if (isDeclaration(name)) continue;
      const expanded = this.#attributeName(name);
      named.push([expanded, expanded === 'xsi:type' ? this.#typeName(value) : this.#value(value)]);
    }
    return named;
  }

  #attributeName(name: string): string {
    const [prefix, local] = split(name);
    if (prefix === '') return name;
    const namespace = this.#namespaceOf(prefix);
    if (namespace !== undefined) return written(namespace, local);
    // The customary prefix is not declared with its usual namespace.
    return CUSTOMARY_PREFIXES.has(prefix) ? `{}${name}` : name;
  }

  /** Without a prefix, a type is in the default namespace. */
  #typeName(value: string): string {
    const namespace = value.includes(':') ? undefined : this.#namespaceOf('');
    return namespace === undefined ? this.#value(value) : written(namespace, value.trim());
  }

  #value(text: string): string {
    if (text.length > LONGEST_NAME || !text.includes(':')) return text;
    const [, before, prefix, local, after] = QUALIFIED.exec(text) ?? [];
    const namespace = prefix === undefined ? undefined : this.#namespaceOf(prefix);
    return namespace === undefined ? text : `${before}${written(namespace, local!)}${after}`;
  }
}

function isDeclaration(name: string): boolean {
  return name.startsWith('xmlns') && (name.length === 'xmlns'.length || name[5] === ':');
}

function written(namespace: string, local: string): string {
  const prefix = CUSTOMARY.get(namespace);
  return prefix === undefined ? `{${namespace}}${local}` : `${prefix}:${local}`;
}

/** Splits a name with one colon inside into prefix and local name. */
function split(name: string): readonly [prefix: string, local: string] {
  const colon = name.indexOf(':');
  const hasPrefix = colon > 0 && colon < name.length - 1 && !name.includes(':', colon + 1);
  return hasPrefix ? [name.slice(0, colon), name.slice(colon + 1)] : ['', name];
}
