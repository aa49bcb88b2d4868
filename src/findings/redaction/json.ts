import type { JsonDocument } from '../../content/json/document.ts';
import { stringText } from '../../content/json/string.ts';
import type { JsonPlace } from './json-places.ts';
import type { Hiding } from './scope.ts';

/**
 * A document's text with tokens for everything that is covered from `root` on. The rest stays byte for byte the same.
 */
export function redactJson(document: JsonDocument, root: JsonPlace, secrets: Hiding): string {
  const parts: string[] = [];
  let copied = 0;
  for (const node of coveredNodes(document, root)) {
    if (document.type(node) === 'null') continue;
    parts.push(document.bytes.toString('utf8', copied, document.start(node)));
    parts.push(JSON.stringify(secrets.hide(valueText(document, node), 'configured')));
    copied = document.end(node);
  }
  parts.push(document.bytes.toString('utf8', copied));
  return parts.join('');
}

/** The topmost covered nodes, in document order. Not recursive, because documents may be deep. */
function* coveredNodes(document: JsonDocument, root: JsonPlace): Generator<number> {
  const waiting: { readonly node: number; readonly place: JsonPlace }[] = [{ node: 0, place: root }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, place } = next;
    if (place.covered) yield node;
    else if (!place.free) for (const child of children(document, node, place).reverse()) waiting.push(child);
  }
}

function children(document: JsonDocument, node: number, place: JsonPlace) {
  switch (document.type(node)) {
    case 'object':
      return document
        .names(node)
        .map((name) => ({ node: name + 1, place: place.child({ name: stringText(document, name) }) }));
    case 'array': {
      const element = place.child('element');
      return document.elements(node).map((each) => ({ node: each, place: element }));
    }
    default:
      return [];
  }
}

/** A string without quotes and escapes, so that it has the same token as in a header; anything else as written. */
function valueText(document: JsonDocument, node: number): string {
  return document.type(node) === 'string'
    ? stringText(document, node)
    : document.bytes.toString('utf8', document.start(node), document.end(node));
}
