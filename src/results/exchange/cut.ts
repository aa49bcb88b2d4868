/** Two texts with the part that differs, cut around it where they are long. */
import { count } from '../../lib/figures.ts';
import { sideInWords } from '../../model/difference.ts';

export interface Segment {
  /** `cut`: how much was cut out, in words. `said`: words in place of a text. */
  readonly kind: 'same' | 'differs' | 'cut' | 'said';
  readonly text: string;
}

export function said(text: string): Segment[] {
  return [{ kind: 'said', text }];
}

/** An empty text would be taken for none. */
export function seen(segments: readonly Segment[]): readonly Segment[] {
  return segments.length === 0 ? said(sideInWords('')) : segments;
}

/** Characters that are shown of what is equal, before and after the difference, and of what differs. */
const BEFORE = 60;
const AFTER = 40;
const DIFFERING = 400;

/** Texts of up to this many characters are never cut. */
const SHORT = 160;

/** What the texts have in common at their beginnings and ends is `same`; what is between is `differs`. */
export function cutAround(left: string, right: string): readonly [left: Segment[], right: Segment[]] {
  const most = Math.min(left.length, right.length);
  let head = 0;
  while (head < most && left[head] === right[head]) head++;
  let tail = 0;
  while (tail < most - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
  head = head > 0 && isHigh(left, head - 1) ? head - 1 : head;
  tail = tail > 0 && isLow(left, left.length - tail) ? tail - 1 : tail;
  return [segments(left, head, tail), segments(right, head, tail)];
}

/** The shadow and the control beside the primary; undefined where a side has nothing. A control that is equal to the primary is cut as that is. */
export function cutBeside([primary, ...others]: readonly (string | undefined)[]): readonly (Segment[] | undefined)[] {
  const pairs = others.map((other) =>
    primary === undefined || other === undefined || primary === other ? undefined : cutAround(primary, other),
  );
  const own = pairs.find((pair) => pair !== undefined)?.[0] ?? (primary === undefined ? undefined : cutEnd(primary));
  const equal = own?.map((segment) => (segment.kind === 'differs' ? ({ ...segment, kind: 'same' } as const) : segment));
  return [
    own,
    ...others.map(
      (other, at) => pairs[at]?.[1] ?? (other === undefined ? undefined : other === primary ? equal : cutEnd(other)),
    ),
  ];
}

/** A text beside no other: its beginning. */
export function cutEnd(text: string): Segment[] {
  if (text.length <= SHORT + DIFFERING) return text === '' ? [] : [{ kind: 'same', text }];
  return [{ kind: 'same', text: begins(text, DIFFERING) }, gap(text.length - DIFFERING)];
}

function segments(text: string, head: number, tail: number): Segment[] {
  const same = (part: string): Segment[] => (part === '' ? [] : [{ kind: 'same', text: part }]);
  const [before, middle, after] = [
    text.slice(0, head),
    text.slice(head, text.length - tail),
    text.slice(text.length - tail),
  ];
  const differing: Segment[] = middle === '' ? [] : [{ kind: 'differs', text: middle }];
  if (text.length <= SHORT) return [...same(before), ...differing, ...same(after)];
  return [
    ...(before.length <= BEFORE ? same(before) : [gap(before.length - BEFORE), ...same(ends(before, BEFORE))]),
    ...(middle.length <= DIFFERING
      ? differing
      : [{ kind: 'differs', text: begins(middle, DIFFERING) } as const, gap(middle.length - DIFFERING)]),
    ...(after.length <= AFTER ? same(after) : [...same(begins(after, AFTER)), gap(after.length - AFTER)]),
  ];
}

function gap(length: number): Segment {
  return { kind: 'cut', text: `${count(length)} more` };
}

function begins(text: string, length: number): string {
  return text.slice(0, isHigh(text, length - 1) ? length - 1 : length);
}

function ends(text: string, length: number): string {
  const from = text.length - length;
  return text.slice(isLow(text, from) ? from + 1 : from);
}

/** Half of a pair of surrogates: texts are not cut within a pair. */
function isHigh(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xd800;
}

function isLow(text: string, at: number): boolean {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00;
}
