import type { JsonDocument } from '../../content/json/document.ts';
import { isEscaped, stringBytes } from '../../content/json/string.ts';
import { sameNumber } from './decimal.ts';

/** Whether two scalars of the same type are equal although their bytes differ. */
export function sameScalar(left: JsonDocument, leftNode: number, right: JsonDocument, rightNode: number): boolean {
  switch (left.type(leftNode)) {
    case 'string':
      return (
        (isEscaped(left, leftNode) || isEscaped(right, rightNode)) &&
        stringBytes(left, leftNode) === stringBytes(right, rightNode)
      );
    case 'number':
      return sameNumber(left.source(leftNode), right.source(rightNode));
    default:
      return false;
  }
}
