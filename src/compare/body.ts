import { createHash } from 'node:crypto';
import { codingsOf, type Decoded, decode } from '../content/coding.ts';
import type { FieldsByName } from '../content/fields.ts';
import type { Body } from '../content/formats/format.ts';
import { parseMediaType } from '../content/media-type.ts';
import type { Account } from './account.ts';
import { compareContents, loadFor } from './contents.ts';
import type { PairContext } from './context.ts';
import { type Deadline, NO_DEADLINE } from './deadline.ts';
import { firstDifference } from './first-difference.ts';
import type { Part, Report } from './formats/plain-format.ts';
import { compareBeginnings } from './formats/text.ts';
import { runWithin } from './time-limit.ts';
import { textValue, type Value } from './value.ts';

/** A body with the fields that describe it. */
export interface Received {
  readonly fields: FieldsByName;
  readonly body: Uint8Array;
}

/** Compares two bodies, cheapest step first: the bytes as received, the decoded bytes, then the content. */
export function compareBodies(primary: Received, shadow: Received, context: PairContext): void {
  const left = open(primary);
  const right = open(shadow);
  const { account, config } = context;
  if (left.codings.join() === right.codings.join() && Buffer.compare(primary.body, shadow.body) === 0) {
    account.explain?.(`bodies: the same ${primary.body.length} bytes`);
    return;
  }
  const leftDecoded = decode(primary.body, left.codings, mostDecoded(context));
  const rightDecoded = decode(shadow.body, right.codings, mostDecoded(context));
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
  else if (Math.max(...lengths) > config.maxDecoded)
    compareInTime(compareTooLong, leftBody, rightBody, report, context);
  else compareInTime(compareContents, leftBody, rightBody, report, context);
}

/** Bytes that a decoder produces in a millisecond even on a slow machine. Decoding can't be interrupted. */
const DECODED_PER_MILLISECOND = 128 * 1024;

function mostDecoded({ config, deadline }: PairContext): number {
  return Math.min(config.maxDecoded, Math.max(1, Math.floor(deadline.remaining * DECODED_PER_MILLISECOND)));
}

/**
 * Bytes that are compared in a millisecond in any case. Bodies that fit into the time by this rate need no time limit.
 */
const COMPARED_PER_MILLISECOND = 4 * 1024;
/** The same under rules, whose expressions and filters may read a value many times. */
const COMPARED_UNDER_RULES = 256;

type Compare = (left: Body, right: Body, report: Report, context: PairContext) => void;

function compareInTime(compare: Compare, left: Body, right: Body, report: Report, context: PairContext): void {
  const { deadline, rules, account, config } = context;
  const pace = rules.length === 0 ? COMPARED_PER_MILLISECOND : COMPARED_UNDER_RULES;
  if (left.bytes.length + right.bytes.length <= config.budget * pace) {
    compare(left, right, report, { ...context, deadline: NO_DEADLINE });
    return;
  }
  if (compare === compareContents) deadline.exclude(() => loadFor(left, right, context));
  if (finishesInTime(() => compare(left, right, report, context), deadline, account)) return;
  const offset = firstDifference(left.bytes, right.bytes);
  const where = account.place === undefined ? '' : `, at ${account.place}`;
  const text = ({ bytes }: Body) =>
    `the time for one pair is over${where}; ${bytes.length} bytes, first difference at ${offset}`;
  account.runOutOfTime(text(left), text(right));
}

/** The time after which work is stopped and checked, as a multiple of its processor time. */
const PATIENCE = 1.25;

/**
 * Work that does not check its time is stopped a little after its time has passed. If it did not get that much
 * processor time, the machine was busy: then it starts again with twice the patience. All attempts together take at
 * most a few times the budget.
 */
function finishesInTime(work: () => void, deadline: Deadline, account: Account): boolean {
  const mark = account.mark();
  for (let patience = PATIENCE; deadline.remaining > 0; patience *= 2) {
    const before = deadline.remaining;
    if (runWithin(patience * before + 1, work)) return true;
    if (deadline.remaining <= 0) return false;
    deadline.restore(before);
    account.goBack(mark);
  }
  return false;
}

function open({ fields }: Received) {
  return {
    codings: codingsOf(fields.get('content-encoding') ?? []),
    type: parseMediaType(fields.get('content-type')?.[0]),
  };
}

/** A difference of the whole body, or of a part without a path, is covered by the rules for `$`. */
function reportTo({ account, scope }: PairContext): Report {
  return (kind, path, left, right) =>
    account.add({
      path,
      kind,
      ...(left === undefined ? {} : { left: shown(left) }),
      ...(right === undefined ? {} : { right: shown(right) }),
      covering: scope.covering,
    });
}

function shown(content: string | Part): Value {
  return typeof content === 'string' ? textValue(content) : { ...textValue(content.text), whole: content.whole };
}

function reportUndecoded(left: Decoded, right: Decoded, report: Report): void {
  const tooLarge = left.state === 'too_large' || right.state === 'too_large';
  report(tooLarge ? 'budget' : 'encoding', '$', decodedText(left), decodedText(right));
}

function decodedText(decoded: Decoded): string {
  return decoded.state === 'decoded' ? `${decoded.bytes.length} bytes` : decoded.problem;
}

/** A body and an empty one are not compared further: an empty body is not a JSON value, not even `null`. */
function reportEmpty(left: Body, right: Body, report: Report): void {
  const beginning = (body: Body) => (body.bytes.length === 0 ? undefined : body.bytes.toString('utf8', 0, 1024));
  report(left.bytes.length === 0 ? 'added' : 'removed', '$', beginning(left), beginning(right));
}

/** Of bodies over the limit, the beginnings are compared if they are text; the rest is compared by hash. */
function compareTooLong(left: Body, right: Body, report: Report, { config: { maxDecoded } }: PairContext): void {
  const [leftBeginning, rightBeginning] = [left, right].map((body) => beginningOf(body, maxDecoded)) as [Body, Body];
  const isText = compareBeginnings(leftBeginning, rightBeginning, report);
  const offset = firstDifference(left.bytes, right.bytes);
  const text = ({ bytes }: Body, beginning: Body) => {
    const compared = isText
      ? `${beginning.bytes.length} of ${bytes.length} bytes compared by line`
      : `${bytes.length} bytes compared as such`;
    return `${compared}, since the limit is ${maxDecoded}; sha256 ${sha256(bytes)}; first difference at ${offset}`;
  };
  report('budget', '$', text(left, leftBeginning), text(right, rightBeginning));
}

/** As many whole lines as the limit allows. */
function beginningOf(body: Body, most: number): Body {
  const { bytes } = body;
  return { ...body, bytes: bytes.subarray(0, bytes.subarray(0, most).lastIndexOf(LINE_FEED) + 1) };
}

const LINE_FEED = 0x0a;

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
