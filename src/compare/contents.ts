import type { ByteOrderMark } from './charset.ts';
import type { PairContext } from './context.ts';
import type { Body, PlainFormat, Reading, Report, TreeFormat } from './formats/format.ts';
import { type Attempt, formatsFor } from './formats/registry.ts';
import { reportMarks } from './formats/report-marks.ts';
import { compareDocuments } from './json/compare.ts';
import { JsonDocument } from './json/document.ts';
import { scan } from './json/scan.ts';
import type { OwnWords } from './own/own-words.ts';
import { textValue } from './value.ts';

/** Compares two bodies that differ by what they mean: as the first format that both are of. */
export function compareContents(left: Body, right: Body, report: Report, context: PairContext): void {
  for (const attempt of formatsFor(left, right, context.config.format)) {
    if (compareAs(attempt, left, right, report, context)) return;
    context.account.explain?.(`bodies: not both ${attempt.format.name}`);
  }
  const [leftLength, rightLength] = [left, right].map(({ bytes }) => `${bytes.length} bytes`);
  report('bytes', '$', leftLength, rightLength);
}

/** Loads what the likeliest way to read two bodies needs, where that was not done before. */
export function loadFor(left: Body, right: Body, { config }: PairContext): void {
  const [first] = formatsFor(left, right, config.format);
  if (first?.format.shape === 'tree') first.format.load?.();
}

/**
 * False where one of the two is not of the format. So is a body on which the format throws: what is wrong with one
 * way to read it must not cost the account of the pair.
 */
function compareAs(attempt: Attempt, left: Body, right: Body, report: Report, context: PairContext): boolean {
  const { format, claimed } = attempt;
  context.account.explain?.(`bodies: compared as ${format.name}, ${left.bytes.length} and ${right.bytes.length} bytes`);
  return format.shape === 'plain'
    ? comparePlain(format, left, right, report, context.own)
    : compareTrees(format, claimed, left, right, report, context);
}

function comparePlain(
  format: PlainFormat,
  left: Body,
  right: Body,
  report: Report,
  own: OwnWords | undefined,
): boolean {
  try {
    return format.compare(left, right, report, own);
  } catch {
    return false;
  }
}

function compareTrees(
  format: TreeFormat,
  claimed: boolean,
  left: Body,
  right: Body,
  report: Report,
  context: PairContext,
): boolean {
  const own = format.markup ? context.own : undefined;
  const leftTree = readTree(format, own ? { ...left, bytes: own.markupOf('left', left.bytes) } : left);
  const rightTree = readTree(format, own ? { ...right, bytes: own.markupOf('right', right.bytes) } : right);
  if ('document' in leftTree && 'document' in rightTree) {
    reportMarks(leftTree.mark, rightTree.mark, report);
    compareAsides(leftTree.asides, rightTree.asides, context);
    if (format.markup) context.account.collapse();
    compareDocuments(leftTree.document, rightTree.document, context, format.markup ? 'markup' : 'json');
    leftTree.document.release();
    rightTree.document.release();
    return true;
  }
  if (claimed && ('document' in leftTree || 'document' in rightTree)) {
    report('encoding', '$', describe(format, leftTree), describe(format, rightTree));
  }
  return false;
}

type Asides = ReadonlyMap<string, string>;

/** What stands around the JSON has places and rules as members of the root have. */
function compareAsides(left: Asides, right: Asides, { account, scope }: PairContext): void {
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const [l, r] = [left.get(name), right.get(name)];
    if (l === r) continue;
    account.add({
      path: `$['${name}']`,
      kind: l === undefined ? 'added' : r === undefined ? 'removed' : 'value',
      ...(l === undefined ? {} : { left: textValue(l) }),
      ...(r === undefined ? {} : { right: textValue(r) }),
      covering: scope.child({ name }).covering,
    });
  }
}

const NO_ASIDES: Asides = new Map();

type Tree =
  | { readonly document: JsonDocument; readonly mark: ByteOrderMark | undefined; readonly asides: Asides }
  | { readonly problem: string };

function readTree(format: TreeFormat, body: Body): Tree {
  const reading = attemptToRead(format, body);
  if ('problem' in reading) return reading;
  const document = scan(reading.json);
  return document instanceof JsonDocument
    ? { document, mark: reading.mark, asides: reading.asides ?? NO_ASIDES }
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
