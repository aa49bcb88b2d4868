import { SaxesParser } from 'saxes';
import type { TreeFormat } from './format.ts';
import { addText, type Element, elementJson, isElement, type Node } from './markup.ts';
import { markupText } from './markup-text.ts';

/**
 * XML as a tree: `$.order.item[*]['@id']`, see `markup.ts`. Prefixes stand as they are written. White space alone beside
 * elements makes no difference (unless `xml:space` preserves it), nor do CDATA sections, the XML declaration, and the
 * order of attributes. Entities that a DOCTYPE declares are never expanded: a body that uses one is not read as XML.
 */
export const xml: TreeFormat = {
  name: 'XML',
  shape: 'tree',
  claims: ({ essence, suffix }) => essence === 'application/xml' || essence === 'text/xml' || suffix === 'xml',
  read: (body) => {
    const text = markupText(body, /^(?:\xef\xbb\xbf)?<\?xml\s[^>]*?\sencoding\s*=\s*["']([\w.:-]+)["']/);
    if ('problem' in text) return text;
    try {
      return { json: Buffer.from(documentJson(text.text)), marked: text.marked };
    } catch (error) {
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  },
};

/** Throws what the parser finds wrong. */
function documentJson(text: string): string {
  const document: Element = { name: '', attributes: [], children: [] };
  const open = [document];
  const parser = new SaxesParser();
  const add = (node: Node) => open.at(-1)!.children.push(node);
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', (doctype) => add({ aside: '!doctype', content: doctype.trim() }));
  parser.on('comment', (content) => add({ aside: '#comment', content }));
  parser.on('processinginstruction', ({ target, body }) =>
    add({ name: `?${target}`, attributes: [], children: [{ text: body }] }),
  );
  parser.on('opentag', ({ name, attributes }) => {
    const element: Element = { name, attributes: Object.entries(attributes), children: [] };
    add(element);
    open.push(element);
  });
  parser.on('text', (content) => addText(open.at(-1)!, content));
  parser.on('cdata', (content) => addText(open.at(-1)!, content));
  parser.on('closetag', () => dropWhiteSpace(open.pop()!));
  parser.write(text).close();
  dropWhiteSpace(document);
  return elementJson(document, (parent, name) => parent === document && !/^[?#]/.test(name));
}

/** White space alone, where there are elements to lay out. */
function dropWhiteSpace(element: Element): void {
  if (!element.children.some(isElement)) return;
  if (element.attributes.some(([name, value]) => name === 'xml:space' && value === 'preserve')) return;
  const hasText = element.children.some((child) => 'text' in child && /[^ \t\r\n]/.test(child.text));
  if (!hasText) element.children = element.children.filter((child) => !('text' in child));
}
