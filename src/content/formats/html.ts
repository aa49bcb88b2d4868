import { onDemand } from '../../lib/on-demand.ts';
import type { Format } from './format.ts';
import { addAside, addElement, addText, type Child, type Element, elementJson, isText, newElement } from './markup.ts';
import { markupText } from './markup-text.ts';

/**
 * HTML as a tree, see `markup.ts`: `$.html.body.div[*]['@class']`, or `$.div[*]` in a fragment. White space is ignored
 * where a browser shows none: at the edges of blocks, and between elements without text beside them. Elsewhere a run of
 * white space is one space, except in `pre`, `textarea`, `script` and `style`.
 */
export const html: Format = {
  name: 'HTML',
  markup: true,
  load: () => {
    htmlparser2();
  },
  claims: ({ essence }) => essence === 'text/html',
  read: (body) => {
    const text = markupText(body, /<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)/i);
    if ('problem' in text) return text;
    const json = documentJson(text.text);
    return json === undefined
      ? { problem: `elements are nested deeper than ${MOST_OPEN}` }
      : { json: Buffer.from(json), mark: text.mark };
  },
};

const htmlparser2 = onDemand<typeof import('htmlparser2')>('htmlparser2');

/** Browsers stop there too. The parser's work on an end tag grows with the number of open elements. */
const MOST_OPEN = 512;

const ALONE: ReadonlySet<string> = new Set(['!doctype', 'html', 'head', 'body']);

const PRESERVING: ReadonlySet<string> = new Set(['pre', 'textarea', 'script', 'style', 'listing', 'xmp', 'plaintext']);

/** Elements within a line of text (CSS `display: inline` and `inline-block`): white space at their edges is visible. */
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
  /** Whether its tag is complete. A tag that is cut off by the end of the page is not an element. */
  complete: boolean;
}

class TooDeep extends Error {}

/** Undefined if elements are nested too deeply. */
function documentJson(text: string): string | undefined {
  const document = newElement('');
  const open: Open[] = [{ element: document, preserving: false, complete: true }];
  const parser = new (htmlparser2().Parser)({
    onopentagname: (name) => {
      if (open.length > MOST_OPEN) throw new TooDeep();
      const preserving = open.at(-1)!.preserving || PRESERVING.has(name);
      open.push({ element: newElement(name), preserving, complete: false });
    },
    onattribute: (name, value) => open.at(-1)!.element.attributes.push([name, value]),
    onopentag: () => {
      open.at(-1)!.complete = true;
    },
    ontext: (content) => addText(open.at(-1)!.element, content),
    oncomment: (content) => addAside(open.at(-1)!.element, '#comment', content),
    onprocessinginstruction: (name, content) => {
      const parent = open.at(-1)!.element;
      if (name === '!doctype') addAside(parent, name, content.slice(name.length).trim().toLowerCase());
      else addAside(parent, '#comment', content);
    },
    onclosetag: () => {
      const { element, preserving, complete } = open.pop()!;
      if (!complete) return;
      element.attributes = firstOfEach(element.attributes);
      if (!preserving) layOut(element);
      addElement(open.at(-1)!.element, element, ALONE);
    },
  });
  try {
    parser.end(text);
  } catch (error) {
    if (error instanceof TooDeep) return undefined;
    throw error;
  }
  layOut(document);
  return elementJson(document, ALONE);
}

/** Of two attributes with the same name, browsers take the first. */
function firstOfEach(attributes: [string, string][]): [string, string][] {
  return attributes.length < 2 ? attributes : [...new Map(attributes.toReversed())].reverse();
}

/** Removes white space that is not visible. */
function layOut(element: Element): void {
  const { children } = element;
  const isBlock = !INLINE.has(element.name);
  const hasText = children.some((child) => isText(child) && /[^ \t\n\f\r]/.test(child.text));
  if (!hasText && (isBlock || !children.every(isText))) {
    element.children = children.filter((child) => !isText(child));
    return;
  }
  for (const [at, child] of children.entries()) {
    if (!isText(child)) continue;
    let text = child.text.replaceAll(/[ \t\n\f\r]+/g, ' ');
    if (text.startsWith(' ') && endsLine(children[at - 1], isBlock)) text = text.slice(1);
    if (text.endsWith(' ') && endsLine(children[at + 1], isBlock)) text = text.slice(0, -1);
    child.text = text;
  }
}

/** Whether white space beside this neighbour is invisible. */
function endsLine(neighbour: Child | undefined, isBlock: boolean): boolean {
  return neighbour === undefined ? isBlock : !isText(neighbour) && !INLINE.has(neighbour.name);
}
