import type { RuleEffect, UrlPart } from '../../config/rule-types.ts';
import type { Fits } from '../../model/finding.ts';
import type { Found } from '../account.ts';
import { isNumeric } from '../rules/classes.ts';
import { compileEffect } from '../rules/effects.ts';
import { parseTimestamp } from '../rules/timestamp.ts';
import { FIXED } from './candidates.ts';

const accepting = new Map<string, (found: Found) => boolean>();

/**
 * Which effects would accept a difference, tried on its whole values; and how far the values are apart. The result
 * contains no part of the values.
 */
export function fitsOf(found: Found): Fits {
  const { left, right } = found;
  const effects = FIXED.filter(({ name, effect }) => acceptsWith(name, effect)(found)).map(({ name }) => name);
  const delay = left && right ? delayOf(left.text, right.text) : undefined;
  const distance =
    left && right && isNumeric(left) && isNumeric(right) ? Math.abs(+left.text - +right.text) : undefined;
  const share = distance === undefined ? undefined : distance / Math.abs(Number(left!.text));
  const parts = differingParts(found);
  return {
    effects,
    ...(delay !== undefined && { delay }),
    ...(isAmount(distance) && { distance }),
    ...(isAmount(share) && { share }),
    ...(parts !== undefined && { parts }),
  };
}

/** The fits that hold for all of them. */
export function fitAll(all: readonly Fits[]): Fits {
  const largest = (of: (fits: Fits) => number | undefined) => {
    const amounts = all.map(of);
    return amounts.includes(undefined) ? undefined : Math.max(...(amounts as number[]));
  };
  const [delay, distance, share] = [
    largest((fits) => fits.delay),
    largest((fits) => fits.distance),
    largest((fits) => fits.share),
  ];
  const parts = all.some((fits) => fits.parts === undefined)
    ? undefined
    : [...new Set(all.flatMap((fits) => fits.parts ?? []))];
  return {
    effects: (all[0]?.effects ?? []).filter((name) => all.every((fits) => fits.effects.includes(name))),
    ...(delay !== undefined && { delay }),
    ...(distance !== undefined && { distance }),
    ...(share !== undefined && { share }),
    ...(parts !== undefined && { parts }),
  };
}

function acceptsWith(name: string, effect: RuleEffect): (found: Found) => boolean {
  const known = accepting.get(name) ?? compileEffect(effect).accepts;
  accepting.set(name, known);
  return known;
}

/** Milliseconds between two times; undefined where one is not a time. */
function delayOf(left: string, right: string): number | undefined {
  const [one, other] = [parseTimestamp(left), parseTimestamp(right)];
  return one === undefined || other === undefined ? undefined : Math.abs(Number(one - other)) / 1e6;
}

function isAmount(amount: number | undefined): amount is number {
  return Number.isFinite(amount);
}

const PARTS: readonly UrlPart[] = ['scheme', 'userinfo', 'host', 'port', 'path', 'signature', 'query', 'fragment'];
const OF_ORIGIN: readonly UrlPart[] = ['scheme', 'host', 'port'];
/** A longer text is not just a URL. */
const LONGEST_URL = 8192;

/** The parts in which two URLs differ. Undefined where their paths differ, or they are not URLs. */
function differingParts(found: Found): readonly UrlPart[] | undefined {
  const texts = [found.left, found.right].map((value) => value?.whole ?? value?.text ?? '');
  if (texts.some((text) => text.length > LONGEST_URL || !/[/:]/.test(text))) return undefined;
  const parameters = new Set(
    texts.flatMap((text) => [...text.matchAll(/[?&]([\w.~-]{1,40})=/g)].map(([, name]) => name)),
  );
  const queries = [...parameters].map((name) => `query.${name}` as UrlPart);
  const accepts = (except: readonly UrlPart[]) => compileEffect({ kind: 'url', except }).accepts(found);
  if (!accepts(PARTS)) return undefined;
  const single = PARTS.flatMap((part): readonly UrlPart[] =>
    part === 'query' && queries.length > 0 ? queries : [part],
  );
  const all = accepts(single) ? single : PARTS;
  const needed = all.filter((part) => !accepts(all.filter((other) => other !== part)));
  if (needed.includes('path') || needed.length === 0) return undefined;
  return needed.some((part) => OF_ORIGIN.includes(part))
    ? ['origin', ...needed.filter((part) => !OF_ORIGIN.includes(part))]
    : needed;
}
