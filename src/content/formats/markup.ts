import { arrayOf, objectOf, quoted } from './json-text.ts';

/*
 * Elements of HTML and XML as JSON. Children are grouped by name, always in an array. So elements are compared with
 * elements of the same name, and a path shows the names: `$.order.item[*].price[*]['#text']`. The order is kept
 * separately: `#text` is the text, with `<name>` in place of each child. Where there is no text, `#order` lists the
 * names of the children in order, if there are several. Attributes are `@name`, a namespace that begins here is
 * `#namespace`, processing instructions are `?target`, comments `#comment`, and a document type `!doctype`. No element
 * name begins with these characters.
 *
 * An element is written as soon as it ends, and only its name stays with its parent: keeping a tree of nodes until the
 * document ends would cost more than the whole parsing.
 */

/** An element, or a whole document, that has not ended yet. */
export interface Element {
  readonly name: string;
  /** Only where it differs from the namespace of the parent. */
  namespace?: string;
  attributes: [name: string, value: string][];
  children: Child[];
  /** The JSON texts of its members, by name. Absent while there are none, as in most elements. */
  groups?: Map<string, string[]>;
}

/** Text, or the name of an element. Adjacent texts are merged. */
export type Child = { text: string } | { readonly name: string };

export function isText(child: Child): child is { text: string } {
  return 'text' in child;
}

export function newElement(name: string, attributes: [name: string, value: string][] = []): Element {
  return { name, attributes, children: [] };
}

export function addText(parent: Element, text: string): void {
  const last = parent.children.at(-1);
  if (last !== undefined && isText(last)) last.text += text;
  else parent.children.push({ text });
}

/** Adds a part that belongs neither to the text nor to the order. */
export function addAside(parent: Element, name: '#comment' | '!doctype', content: string): void {
  addTo(parent, name, quoted(content));
}

/** Adds an element that has ended. See `elementJson` for `alone`. */
export function addElement(parent: Element, element: Element, alone?: ReadonlySet<string>): void {
  addTo(parent, element.name, elementJson(element, alone));
  parent.children.push({ name: element.name });
}

function addTo(parent: Element, name: string, json: string): void {
  parent.groups ??= new Map();
  const group = parent.groups.get(name);
  if (group) group.push(json);
  else parent.groups.set(name, [json]);
}

const NONE: ReadonlySet<string> = new Set();

/** An element as a JSON object. Members named in `alone` are not in an array, unless there are several of them. */
export function elementJson(element: Element, alone: ReadonlySet<string> = NONE): string {
  const members: [name: string, json: string][] = [];
  if (element.namespace !== undefined) members.push(['#namespace', quoted(element.namespace)]);
  for (const [name, value] of element.attributes) members.push([`@${name}`, quoted(value)]);
  for (const [name, group] of element.groups ?? []) {
    members.push([name, group.length === 1 && alone.has(name) ? group[0]! : arrayOf(group)]);
  }
  if (element.children.some(isText)) members.push(['#text', quoted(textOf(element.children))]);
  else {
    const [first] = element.children;
    const isMixed = element.children.some((child) => nameOf(child) !== nameOf(first!));
    if (isMixed) members.push(['#order', arrayOf(element.children.map((child) => quoted(nameOf(child))))]);
  }
  return objectOf(members);
}

/** Text beside elements is escaped, so that it can't be mistaken for one. */
function textOf(children: readonly Child[]): string {
  const mixed = !children.every(isText);
  let text = '';
  for (const child of children) {
    if (!isText(child)) text += `<${child.name}>`;
    else text += mixed ? child.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : child.text;
  }
  return text;
}

function nameOf(child: Child): string {
  return isText(child) ? '' : child.name;
}
