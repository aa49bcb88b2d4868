import type { ByteOrderMark } from '../content/charset.ts';
import type { Body, Format } from '../content/formats/format.ts';
import { readAs } from '../content/formats/read-as.ts';
import { type Attempt, formatsFor } from '../content/formats/registry.ts';
import { JsonDocument } from '../content/json/document.ts';
import { scan } from '../content/json/scan.ts';
import type { PairContext } from './context.ts';
import { binary } from './formats/binary.ts';
import type { PlainFormat, Report } from './formats/plain-format.ts';
import { reportMarks } from './formats/report-marks.ts';
import { text } from './formats/text.ts';
import { compareDocuments } from './json/compare.ts';
import type { OwnWords } from './own/own-words.ts';
import { textValue } from './value.ts';

/** Compares the content of two bodies whose bytes differ, in the first format that fits both. */
export function compareContents(left: Body, right: Body, report: Report, context: PairContext): void {
  const { account, config, own } = context;
  const lengths = `${left.bytes.length} and ${right.bytes.length} bytes`;
  const isComparedAs = (name: string, compare: () => boolean) => {
    account.explain?.(`bodies: compared as ${name}, ${lengths}`);
    if (compare()) return true;
    account.explain?.(`bodies: not both ${name}`);
    return false;
  };
  for (const attempt of formatsFor(left, right, config.format)) {
    if (isComparedAs(attempt.format.name, () => compareTrees(attempt, left, right, report, context))) return;
  }
  for (const format of config.format === 'binary' ? [binary] : [text, binary]) {
    if (isComparedAs(format.name, () => comparePlain(format, left, right, report, own))) return;
  }
  const [leftLength, rightLength] = [left, right].map(({ bytes }) => `${bytes.length} bytes`);
  report('bytes', '$', leftLength, rightLength);
}

/** Loads the parser for the likeliest format of two bodies, where that was not done before. */
export function loadFor(left: Body, right: Body, { config }: PairContext): void {
  const [first] = formatsFor(left, right, config.format);
  first?.format.load?.();
}

/**
 * False where one of the two is not of the format. A body on which the format throws counts as not of it: a fault in
 * one format must not lose the whole comparison.
 */
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

/** The same for a format that is read as JSON. */
function compareTrees(
  { format, claimed }: Attempt,
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

/** The parts around the JSON have places and rules like members of the root. */
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

function readTree(format: Format, body: Body): Tree {
  const reading = readAs(format, body);
  if ('problem' in reading) return reading;
  const document = scan(reading.json);
  return document instanceof JsonDocument
    ? { document, mark: reading.mark, asides: reading.asides ?? NO_ASIDES }
    : { problem: `${document.problem} at byte ${document.offset}` };
}

function describe(format: Format, tree: Tree): string {
  return 'problem' in tree ? `not ${format.name}: ${tree.problem}` : format.name;
}
