import type { RuleEffect } from '../../config/rule-types.ts';
import type { DifferenceKind } from '../../model/difference.ts';
import type { Discrepancy } from '../discrepancy.ts';
import { canonicalNumber, isWithin } from '../json/decimal.ts';
import type { Value } from '../value.ts';
import { isNumeric, isOfClass, isScalar } from './classes.ts';
import { compileMask, compileRegex } from './regex.ts';
import { parseTimestamp } from './timestamp.ts';
import { apartFrom } from './url.ts';

/** The compiled effect of a rule. */
export interface CompiledEffect {
  /** Whether the rule accepts a difference at a place that it covers. */
  readonly accepts: (found: Discrepancy) => boolean;
  /** Whether values that it covers may differ. Such values don't count when elements are matched by content. */
  readonly excuses: boolean;
  /** Whether it also holds for everything below the place, or only at the place itself. */
  readonly reach: 'place' | 'below';
}

/** An effect before defaults: most effects hold only at their place. */
type Effect = Omit<CompiledEffect, 'reach'>;

/** Throws for an invalid regular expression. */
export function compileEffect(effect: RuleEffect): CompiledEffect {
  return { ...effectOf(effect), reach: reachesBelow(effect) ? 'below' : 'place' };
}

function reachesBelow(effect: RuleEffect): boolean {
  return effect.kind === 'subset' || (effect.kind === 'ignore' && effect.only === undefined);
}

function effectOf(effect: RuleEffect): Effect {
  switch (effect.kind) {
    case 'ignore':
      return effect.only === undefined ? { accepts: () => true, excuses: true } : ofKinds(effect.only);
    case 'tolerance':
      return ofValues((left, right) => {
        const { amount, relative } = effect;
        return isNumeric(left) && isNumeric(right) && isWithin(left.text, right.text, amount, relative);
      });
    case 'time':
      return ofValues((left, right) => areWithin(parseTimestamp(left.text), parseTimestamp(right.text), effect.amount));
    case 'class':
      return ofValues(
        (left, right) => isOfClass(left, effect.class) && isOfClass(right, effect.class),
        effect.class === 'any' ? CHANGES_OR_TYPE : CHANGES,
      );
    case 'url': {
      const except = new Set(effect.except);
      return ofTexts((text) => apartFrom(text, except));
    }
    case 'mask':
      return ofTexts(compileMask(effect.pattern));
    case 'status':
      return {
        accepts: ({ kind, left, right }) =>
          kind === 'status' && isStatus(left, effect.primary) && isStatus(right, effect.shadow),
        excuses: false,
      };
    case 'matches': {
      const matches = compileRegex(effect.pattern);
      const fits = (value: Value) => isScalar(value) && matches(value.text);
      return ofValues((left, right) => fits(left) && fits(right), CHANGES_OR_TYPE);
    }
    case 'one_of': {
      const values = new Set(effect.values.flatMap((text) => [`string ${text}`, `other ${canonicalNumber(text)}`]));
      return ofValues((left, right) => values.has(memberText(left)) && values.has(memberText(right)), CHANGES_OR_TYPE);
    }
    case 'unordered':
      return { accepts: ({ kind }) => kind === 'reordered' || kind === 'moved', excuses: false };
    case 'empty':
      return { accepts: ({ kind, left, right }) => kind !== 'moved' && isEmpty(left) && isEmpty(right), excuses: true };
    case 'case':
      return ofTexts((text) => text.toLowerCase());
    case 'unicode':
      return ofTexts((text) => text.normalize('NFC'));
    case 'subset':
      return { accepts: ({ kind, path }) => kind === 'added' && !path.endsWith('[*]'), excuses: false };
    case 'byte_order_mark':
    case 'charset':
      return { accepts: ({ kind }) => kind === effect.kind, excuses: false };
    case 'key':
    case 'rename':
    case 'embedded':
      return { accepts: () => false, excuses: false };
  }
}

/** Differences between two values that both exist and have the same type. */
const CHANGES: readonly DifferenceKind[] = ['value', 'header', 'encoding', 'charset'];
const CHANGES_OR_TYPE: readonly DifferenceKind[] = [...CHANGES, 'type'];

function ofValues(accepts: (left: Value, right: Value) => boolean, kinds = CHANGES): Effect {
  return {
    accepts: ({ kind, left, right }) =>
      kinds.includes(kind) && left !== undefined && right !== undefined && accepts(left, right),
    excuses: true,
  };
}

function ofKinds(kinds: readonly DifferenceKind[]): Effect {
  return { accepts: (found) => kinds.includes(found.kind) || kinds.includes(changeOf(found)), excuses: false };
}

/** What happened to a header: its kind only says that it is a header. */
export function changeOf({
  kind,
  left,
  right,
}: {
  readonly kind: DifferenceKind;
  readonly left?: unknown;
  readonly right?: unknown;
}): DifferenceKind {
  if (kind !== 'header') return kind;
  if (left === undefined) return 'added';
  return right === undefined ? 'removed' : 'value';
}

/** `fold`: the text that must be equal for both; undefined for a text that the effect does not apply to. */
function ofTexts(fold: (text: string) => string | undefined): Effect {
  return ofValues((left, right) => {
    if (!isScalar(left) || !isScalar(right)) return false;
    const folded = fold(wholeText(left));
    return folded !== undefined && folded === fold(wholeText(right));
  });
}

function wholeText({ text, whole }: Value): string {
  return whole ?? text;
}

/** `400`, or `4xx` for the whole class. */
function isStatus(value: Value | undefined, pattern: string): boolean {
  const beginning = pattern.replace(/x+$/i, '');
  return value?.text.startsWith(beginning) ?? false;
}

/** Points in time in nanoseconds, the amount in milliseconds. */
function areWithin(left: bigint | undefined, right: bigint | undefined, amount: number): boolean {
  if (left === undefined || right === undefined) return false;
  const limit = BigInt(Math.round(amount * 1e6));
  return left - right <= limit && right - left <= limit;
}

function memberText({ type, text }: Value): string {
  return type === 'string' ? `string ${text}` : `other ${canonicalNumber(text)}`;
}

function isEmpty(value: Value | undefined): boolean {
  if (value === undefined || value.type === 'null') return true;
  if (value.type === 'string') return value.text === '';
  return (value.type === 'array' || value.type === 'object') && /^.\s*.$/s.test(value.excerpt);
}
