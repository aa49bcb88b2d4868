import { JsonDocument } from '../../content/json/document.ts';
import { scan } from '../../content/json/scan.ts';
import { stringBytes } from '../../content/json/string.ts';

/** The document that a string node holds, if it is an object or an array. */
export function embeddedDocument(outer: JsonDocument, node: number): JsonDocument | undefined {
  const bytes = Buffer.from(stringBytes(outer, node), 'latin1');
  const document = scan(bytes);
  if (!(document instanceof JsonDocument)) return undefined;
  const type = document.type(0);
  return type === 'object' || type === 'array' ? document : undefined;
}
