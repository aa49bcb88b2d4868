import type { JsonDocument } from '../../content/json/document.ts';
import { stringBytes } from '../../content/json/string.ts';
import { alignInOrder } from '../align.ts';

/*
 * Markup is read with children grouped by name, and their order is kept in a separate member. A missing or new child is
 * reported at its place. It changes the order too, but that is not a second difference.
 */

const ORDER = Buffer.from('"#order"');

/** Whether a member of an element is the order of its children. */
export function isSiblingOrder(document: JsonDocument, name: number): boolean {
  return document.isWritten(name, ORDER);
}

/** Whether two orders (arrays of names) are the same, except for children that only one side has. */
export function isSameOrder(left: JsonDocument, leftOrder: number, right: JsonDocument, rightOrder: number): boolean {
  const ids = new Map<string, number>();
  const idsOf = (document: JsonDocument, order: number) =>
    document.elements(order).map((element) => {
      const name = stringBytes(document, element);
      const id = ids.get(name) ?? ids.size;
      ids.set(name, id);
      return id;
    });
  const leftIds = idsOf(left, leftOrder);
  const rightIds = idsOf(right, rightOrder);
  const kept = alignInOrder(leftIds, rightIds).reduce((count, partner) => (partner < 0 ? count : count + 1), 0);
  return kept === common(leftIds, rightIds);
}

/** How many children the two sides have in common, in whatever order. */
function common(left: readonly number[], right: readonly number[]): number {
  const waiting = new Map<number, number>();
  for (const id of left) waiting.set(id, (waiting.get(id) ?? 0) + 1);
  let count = 0;
  for (const id of right) {
    const left = waiting.get(id) ?? 0;
    if (left === 0) continue;
    waiting.set(id, left - 1);
    count++;
  }
  return count;
}
