import { arrayOf, objectOf, quoted } from './json-text.ts';

/*
 * Elements of HTML and XML as JSON. Children are grouped by name, always in an array, so that like is compared with
 * like and a path names what it leads through: `$.order.item[*].price[*]['#text']`. What the grouping takes away is kept
 * beside it: `#text` is the text with `<name>` where a child stands, and where there is no text, `#order` are the names of
 * the children in order, a run of one name taken as one. Attributes are `@name`, processing instructions `?target`,
 * comments `#comment`, and a document type `!doctype`. No element has a name that begins like that.
 */

export interface Element {
  readonly name: string;
  attributes: [name: string, value: string][];
  children: Node[];
}

/** Neighbouring texts are one node. */
export type Node = Element | { text: string } | { readonly aside: '#comment' | '!doctype'; readonly content: string };

export function isElement(node: Node): node is Element {
  return 'children' in node;
}

export function addText(parent: Element, text: string): void {
  const last = parent.children.at(-1);
  if (last !== undefined && 'text' in last) last.text += text;
  else parent.children.push({ text });
}

/** An element whose children are being written. */
interface Writing {
  readonly element: Element;
  next: number;
  readonly groups: Map<string, string[]>;
}

/** Whether an element of that name is alone by nature, so that it is in no array unless there are several of them. */
export type IsAlone = (parent: Element, name: string) => boolean;

/** An element as a JSON object. */
export function elementJson(root: Element, isAlone: IsAlone): string {
  const open: Writing[] = [{ element: root, next: 0, groups: new Map() }];
  for (;;) {
    const top = open.at(-1)!;
    const child = top.element.children[top.next++];
    if (child !== undefined) {
      if (isElement(child)) open.push({ element: child, next: 0, groups: new Map() });
      else if ('aside' in child) addTo(top.groups, child.aside, quoted(child.content));
      continue;
    }
    const json = objectOf(membersOf(top, isAlone));
    open.pop();
    if (open.length === 0) return json;
    addTo(open.at(-1)!.groups, top.element.name, json);
  }
}

function membersOf({ element, groups }: Writing, isAlone: IsAlone): [name: string, json: string][] {
  const members = element.attributes.map(([name, value]): [string, string] => [`@${name}`, quoted(value)]);
  for (const [name, group] of groups) {
    members.push([name, group.length === 1 && isAlone(element, name) ? group[0]! : arrayOf(group)]);
  }
  if (element.children.some((child) => 'text' in child)) members.push(['#text', quoted(textOf(element))]);
  else {
    const order = orderOf(element);
    if (order.length > 1) members.push(['#order', arrayOf(order.map(quoted))]);
  }
  return members;
}

function addTo(groups: Map<string, string[]>, name: string, json: string): void {
  const group = groups.get(name);
  if (group) group.push(json);
  else groups.set(name, [json]);
}

/** Beside children, text is escaped, so that it can't be taken for one. */
function textOf({ children }: Element): string {
  const mixed = children.some(isElement);
  let text = '';
  for (const child of children) {
    if (isElement(child)) text += `<${child.name}>`;
    else if ('text' in child) text += mixed ? child.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;') : child.text;
  }
  return text;
}

function orderOf({ children }: Element): string[] {
  const order: string[] = [];
  for (const child of children) {
    if (isElement(child) && child.name !== order.at(-1)) order.push(child.name);
  }
  return order;
}
