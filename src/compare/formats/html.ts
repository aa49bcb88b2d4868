import { Parser } from 'htmlparser2';
import type { TreeFormat } from './format.ts';
import { addText, type Element, elementJson, isElement, type Node } from './markup.ts';
import { markupText } from './markup-text.ts';

/**
 * HTML as a tree, see `markup.ts`: `$.html.body.div[*]['@class']`, or `$.div[*]` in a fragment. White space makes no
 * difference where a browser shows none: at the edges of blocks, and between elements that have no text beside them;
 * elsewhere any run of it is one space, but for `pre`, `textarea`, `script` and `style`.
 */
export const html: TreeFormat = {
  name: 'HTML',
  shape: 'tree',
  claims: ({ essence }) => essence === 'text/html',
  read: (body) => {
    const text = markupText(body, /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i);
    if ('problem' in text) return text;
    const document = documentOf(text.text);
    return document === undefined
      ? { problem: `elements are nested deeper than ${MOST_OPEN}` }
      : { json: Buffer.from(elementJson(document, (_, name) => ALONE.has(name))), marked: text.marked };
  },
};

/** Browsers stop there as well; the parser's work on an end tag grows with the elements that are open. */
const MOST_OPEN = 512;

const ALONE: ReadonlySet<string> = new Set(['!doctype', 'html', 'head', 'body']);

const PRESERVING: ReadonlySet<string> = new Set(['pre', 'textarea', 'script', 'style', 'listing', 'xmp', 'plaintext']);

/** Elements that stand in a line of text (CSS `display: inline` and `inline-block`); white space at their edges shows. */
const INLINE: ReadonlySet<string> = new Set(
  (
    'a abbr acronym audio b bdi bdo big button canvas cite code data del dfn em embed font i iframe img input ins kbd ' +
    'label map mark math meter object output picture progress q ruby s samp select small span strike strong sub sup ' +
    'svg time tt u var video wbr'
  ).split(' '),
);

/** An element that is still open. */
interface Open {
  readonly element: Element;
  readonly preserving: boolean;
}

class TooDeep extends Error {}

/** Undefined if elements are nested too deeply. */
function documentOf(text: string): Element | undefined {
  const document: Element = { name: '', attributes: [], children: [] };
  const open: Open[] = [{ element: document, preserving: false }];
  const add = (node: Node) => open.at(-1)!.element.children.push(node);
  const parser = new Parser({
    onopentagname: (name) => {
      if (open.length > MOST_OPEN) throw new TooDeep();
      const preserving = open.at(-1)!.preserving || PRESERVING.has(name);
      open.push({ element: { name, attributes: [], children: [] }, preserving });
    },
    onattribute: (name, value) => open.at(-1)!.element.attributes.push([name, value]),
    // A tag that the page ends in never gets here, and is no element.
    onopentag: () => {
      const { element } = open.at(-1)!;
      element.attributes = firstOfEach(element.attributes);
      open.at(-2)!.element.children.push(element);
    },
    ontext: (content) => addText(open.at(-1)!.element, content),
    oncomment: (content) => add({ aside: '#comment', content }),
    onprocessinginstruction: (name, content) => {
      if (name === '!doctype') add({ aside: name, content: content.slice(name.length).trim().toLowerCase() });
      else add({ aside: '#comment', content });
    },
    onclosetag: () => layOut(open.pop()!),
  });
  try {
    parser.end(text);
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
  layOut(open[0]!);
  return document;
}

/** Of two attributes of one name, browsers take the first. */
function firstOfEach(attributes: readonly [string, string][]): [string, string][] {
  return [...new Map(attributes.toReversed())].reverse();
}

/** Leaves the white space that shows. */
function layOut({ element, preserving }: Open): void {
  if (preserving) return;
  const { children } = element;
  const isBlock = !INLINE.has(element.name);
  const hasText = children.some((child) => 'text' in child && /[^ \t\n\f\r]/.test(child.text));
  if (!hasText && (isBlock || children.some(isElement))) {
    element.children = children.filter((child) => !('text' in child));
    return;
  }
  const inFlow = children.filter((child) => !('aside' in child));
  for (const [at, child] of inFlow.entries()) {
    if (!('text' in child)) continue;
    let text = child.text.replaceAll(/[ \t\n\f\r]+/g, ' ');
    if (text.startsWith(' ') && endsLine(inFlow[at - 1], isBlock)) text = text.slice(1);
    if (text.endsWith(' ') && endsLine(inFlow[at + 1], isBlock)) text = text.slice(0, -1);
    child.text = text;
  }
}

/** Whether white space beside this neighbour does not show. */
function endsLine(neighbour: Node | undefined, isBlock: boolean): boolean {
  return neighbour === undefined ? isBlock : isElement(neighbour) && !INLINE.has(neighbour.name);
}
