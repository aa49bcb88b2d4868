import { createHash } from 'node:crypto';
import type { CapturedResponse } from '../model/exchange.ts';
import { codingsOf, type Decoded, decode } from './coding.ts';
import type { PairContext } from './context.ts';
import { fieldsByName } from './fields.ts';
import { firstDifference } from './first-difference.ts';
import type { Body, Format, PlainFormat, Reading, Report, TreeFormat } from './formats/format.ts';
import { formatsFor } from './formats/registry.ts';
import { compareDocuments } from './json/compare.ts';
import { JsonDocument } from './json/document.ts';
import { scan } from './json/scan.ts';
import { parseMediaType } from './media-type.ts';
import { textValue } from './value.ts';

/** Compares two bodies, cheapest first: the bytes as received, the decoded bytes, then by what they mean. */
export function compareBodies(primary: CapturedResponse, shadow: CapturedResponse, context: PairContext): void {
  const left = open(primary);
  const right = open(shadow);
  const { account, config } = context;
  if (left.codings.join() === right.codings.join() && Buffer.compare(primary.body, shadow.body) === 0) {
    account.explain?.(`bodies: the same ${primary.body.length} bytes`);
    return;
  }
  const leftDecoded = decode(primary.body, left.codings, config.maxDecoded);
  const rightDecoded = decode(shadow.body, right.codings, config.maxDecoded);
  const report = reportTo(context);
  if (leftDecoded.state !== 'decoded' || rightDecoded.state !== 'decoded') {
    reportUndecoded(leftDecoded, rightDecoded, report);
    return;
  }
  const types = context.protobuf === undefined ? {} : { protobuf: context.protobuf };
  const leftBody = { bytes: leftDecoded.bytes, type: left.type, ...types };
  const rightBody = { bytes: rightDecoded.bytes, type: right.type, ...types };
  const lengths = [leftBody.bytes.length, rightBody.bytes.length] as const;
  if (leftBody.bytes.equals(rightBody.bytes)) account.explain?.(`bodies: the same ${lengths[0]} bytes when decoded`);
  else if (Math.min(...lengths) === 0) reportEmpty(leftBody, rightBody, report);
  else if (Math.max(...lengths) > config.maxDecoded) reportTooLong(leftBody, rightBody, config.maxDecoded, report);
  else compareContents(leftBody, rightBody, report, context);
}

function open(response: CapturedResponse) {
  const fields = fieldsByName(response.fields);
  return {
    codings: codingsOf(fields.get('content-encoding') ?? []),
    type: parseMediaType(fields.get('content-type')?.[0]),
  };
}

/** What differs in a body as a whole, or in a part that has no path, is covered by the rules for `$`. */
function reportTo({ account, scope }: PairContext): Report {
  return (kind, path, left, right) =>
    account.add({
      path,
      kind,
      ...(left === undefined ? {} : { left: textValue(left) }),
      ...(right === undefined ? {} : { right: textValue(right) }),
      covering: scope.covering,
    });
}

function compareContents(left: Body, right: Body, report: Report, context: PairContext): void {
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
    if (leftTree.marked !== rightTree.marked) report('encoding', '$', markText(leftTree), markText(rightTree));
    compareDocuments(leftTree.document, rightTree.document, context);
    leftTree.document.release();
    rightTree.document.release();
    return true;
  }
  if ('document' in leftTree || 'document' in rightTree) {
    report('encoding', '$', describe(format, leftTree), describe(format, rightTree));
  }
  return false;
}

type Tree = { readonly document: JsonDocument; readonly marked: boolean } | { readonly problem: string };

function readTree(format: TreeFormat, body: Body): Tree {
  const reading = attemptToRead(format, body);
  if ('problem' in reading) return reading;
  const document = scan(reading.json);
  return document instanceof JsonDocument
    ? { document, marked: reading.marked ?? false }
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

function markText(tree: Tree & { readonly marked: boolean }): string {
  return tree.marked ? 'byte order mark' : 'no byte order mark';
}

function reportUndecoded(left: Decoded, right: Decoded, report: Report): void {
  const tooLarge = left.state === 'too_large' || right.state === 'too_large';
  report(tooLarge ? 'budget' : 'encoding', '$', decodedText(left), decodedText(right));
}

function decodedText(decoded: Decoded): string {
  return decoded.state === 'decoded' ? `${decoded.bytes.length} bytes` : decoded.problem;
}

/** A body against none is not compared any further: an empty body is no JSON value, not even `null`. */
function reportEmpty(left: Body, right: Body, report: Report): void {
  const shown = (body: Body) => (body.bytes.length === 0 ? undefined : body.bytes.toString('utf8', 0, 1024));
  report(left.bytes.length === 0 ? 'added' : 'removed', '$', shown(left), shown(right));
}

function reportTooLong(left: Body, right: Body, most: number, report: Report): void {
  const offset = firstDifference(left.bytes, right.bytes);
  const text = ({ bytes }: Body) =>
    `${bytes.length} bytes, more than ${most}: compared by bytes alone; sha256 ${sha256(bytes)}; first difference at ${offset}`;
  report('budget', '$', text(left), text(right));
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
