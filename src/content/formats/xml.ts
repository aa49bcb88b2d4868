import { onDemand } from '../../lib/on-demand.ts';
import type { Format } from './format.ts';
import { addAside, addElement, addText, type Element, elementJson, isText, newElement } from './markup.ts';
import { markupText } from './markup-text.ts';
import { Namespaces } from './namespaces.ts';

/**
 * XML as a tree: `$.order.item[*]['@id']`, see `markup.ts`; names are those of `namespaces.ts`. Ignored: text of only
 * white space beside elements (unless `xml:space` preserves it), CDATA sections, the XML declaration, and the order of
 * attributes. Entities that a DOCTYPE declares are never expanded: a body that uses one is not read as XML.
 */
export const xml: Format = {
  name: 'XML',
  markup: true,
  load: () => {
    saxes();
  },
  claims: ({ essence, suffix }) => essence === 'application/xml' || essence === 'text/xml' || suffix === 'xml',
  read: (body) => {
    const text = markupText(body, /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/);
    if ('problem' in text) return text;
    try {
      return { json: Buffer.from(documentJson(text.text)), mark: text.mark };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  },
};

const saxes = onDemand<typeof import('saxes')>('saxes');

/** Throws the parser's error. */
function documentJson(text: string): string {
  const document = newElement('');
  const open = [document];
  const namespaces = new Namespaces();
  let root = '';
  // Without an error handler, the parser throws errors. An eighth handler would make it slow: V8 turns an object with
  // so many added properties into a dictionary.
  const parser = new (saxes().SaxesParser)();
  parser.on('doctype', (doctype) => addAside(document, '!doctype', doctype.trim()));
  parser.on('comment', (comment) => addAside(open.at(-1)!, '#comment', comment));
  parser.on('processinginstruction', ({ target, body }) => {
    const instruction = newElement(`?${target}`);
    addText(instruction, body);
    addElement(open.at(-1)!, instruction);
  });
  parser.on('opentag', ({ name, attributes }) => open.push(namespaces.enter(name, Object.entries(attributes))));
  parser.on('text', (content) => addText(open.at(-1)!, content));
  parser.on('cdata', (content) => addText(open.at(-1)!, content));
  parser.on('closetag', () => {
    const element = open.pop()!;
    dropWhiteSpace(element);
    namespaces.leave(element);
    addElement(open.at(-1)!, element);
    root = element.name;
  });
  parser.write(text).close();
  dropWhiteSpace(document);
  return elementJson(document, new Set(['!doctype', root]));
}

/** Drops text of only white space beside elements. */
function dropWhiteSpace(element: Element): void {
  const { children, attributes } = element;
  if (children.every(isText)) return;
  if (attributes.some(([name, value]) => name === 'xml:space' && value === 'preserve')) return;
  const hasText = children.some((child) => isText(child) && /[^ \t\r\n]/.test(child.text));
  if (!hasText) element.children = children.filter((child) => !isText(child));
}
