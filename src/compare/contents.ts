import type { ByteOrderMark } from './charset.ts';
import type { PairContext } from './context.ts';
import type { Body, Format, PlainFormat, Reading, Report, TreeFormat } from './formats/format.ts';
import { formatsFor } from './formats/registry.ts';
import { reportMarks } from './formats/report-marks.ts';
import { compareDocuments } from './json/compare.ts';
import { JsonDocument } from './json/document.ts';
import { scan } from './json/scan.ts';

/** Compares two bodies that differ by what they mean: as the first format that both are of. */
export function compareContents(left: Body, right: Body, report: Report, context: PairContext): void {
  for (const format of formatsFor(left, right)) {
    if (compareAs(format, left, right, report, context)) return;
    context.account.explain?.(`bodies: not both ${format.name}`);
  }
  const [leftLength, rightLength] = [left, right].map(({ bytes }) => `${bytes.length} bytes`);
  report('bytes', '$', leftLength, rightLength);
}

/**
 * False where one of the two is not of the format. So is a body on which the format throws: what is wrong with one
 * way to read it must not cost the account of the pair.
 */
function compareAs(format: Format, left: Body, right: Body, report: Report, context: PairContext): boolean {
  context.account.explain?.(`bodies: compared as ${format.name}, ${left.bytes.length} and ${right.bytes.length} bytes`);
  return format.shape === 'plain'
    ? comparePlain(format, left, right, report)
    : compareTrees(format, left, right, report, context);
}

function comparePlain(format: PlainFormat, left: Body, right: Body, report: Report): boolean {
  try {
    return format.compare(left, right, report);
  } catch {
    return false;
  }
}

function compareTrees(format: TreeFormat, left: Body, right: Body, report: Report, context: PairContext): boolean {
  const leftTree = readTree(format, left);
  const rightTree = readTree(format, right);
  if ('document' in leftTree && 'document' in rightTree) {
    reportMarks(leftTree.mark, rightTree.mark, report);
    if (format.markup) context.account.collapse();
    compareDocuments(leftTree.document, rightTree.document, context, format.markup ? 'markup' : 'json');
    leftTree.document.release();
    rightTree.document.release();
    return true;
  }
  if ('document' in leftTree || 'document' in rightTree) {
    report('encoding', '$', describe(format, leftTree), describe(format, rightTree));
  }
  return false;
}

type Tree =
  | { readonly document: JsonDocument; readonly mark: ByteOrderMark | undefined }
  | { readonly problem: string };

function readTree(format: TreeFormat, body: Body): Tree {
  const reading = attemptToRead(format, body);
  if ('problem' in reading) return reading;
  const document = scan(reading.json);
  return document instanceof JsonDocument
    ? { document, mark: reading.mark }
    : { problem: `${document.problem} at byte ${document.offset}` };
}

function attemptToRead(format: TreeFormat, body: Body): Reading {
  try {
    return format.read(body);
  } catch (error) {
    return { problem: `reading failed (${error instanceof Error ? error.message : String(error)})` };
  }
}

function describe(format: TreeFormat, tree: Tree): string {
  return 'problem' in tree ? `not ${format.name}: ${tree.problem}` : format.name;
}
