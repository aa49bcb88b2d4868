import type { JsonDocument } from '../../content/json/document.ts';

/**
 * Length, first and last character of a name in one non-negative number. Different names mostly have different marks.
 */
export function nameMark(document: JsonDocument, name: number): number {
  const start = document.start(name) + 1;
  const end = document.end(name) - 1;
  return ((end - start) & 0x7fff) | (document.bytes[start]! << 15) | (document.bytes[end - 1]! << 23);
}
