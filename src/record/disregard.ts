/**
 * Removes evidence that does not count: differences that a rule accepts by now, that somebody expects, or that the
 * baseline had as well. A mismatch is removed as a whole or not at all. Evidence is kept by place. A place where
 * something expected differs is removed, and other signatures at that place are judged by their own tests, so that an
 * expected signature hides only itself. If one of those has no test, the place is kept with all its evidence.
 */
import { placeKey } from '../compare/collapse.ts';
import { OTHER_PLACES, type Place } from '../model/difference.ts';
import type { SignCounts } from '../model/pair-signs.ts';
import type { ExpectedSignature, RouteEvidence, Test } from '../model/route-evidence.ts';
import type { Expectation } from '../model/triage.ts';
import { withoutSigns } from '../verdict/signs.ts';

/** How often one signature was seen, as mismatches or failures of the shadow. */
export interface SignatureCount {
  readonly id: string;
  /** Ending and statuses. */
  readonly what: string;
  /** Empty for failures. */
  readonly places: readonly Place[];
  /** The places where no rule accepts the difference. */
  readonly left: readonly Place[];
  readonly count: number;
  readonly expectation?: Expectation;
}

/** @param baseline keys of the places that differed there. */
export function disregard(
  tests: readonly Test[],
  signatures: readonly SignatureCount[],
  baseline: ReadonlySet<string>,
): Pick<RouteEvidence, 'tests' | 'accepted' | 'expected'> {
  // Nothing is expected most of the time, and there may be thousands of signatures.
  const isNoneExpected = signatures.every(({ expectation }) => expectation === undefined);
  const whole = isNoneExpected ? [] : signatures.filter(({ places }) => places.every(isNamed));
  const byPlaces = new Map(whole.map((each) => [keyOf(each, each.places), each.expectation]));
  const ofSame = (each: SignatureCount) => (isNoneExpected ? undefined : byPlaces.get(keyOf(each, each.left)));
  const expectationOf = (each: SignatureCount) => each.expectation ?? ofSame(each);
  const open: SignatureCount[] = [];
  const expected: (SignatureCount & ExpectedSignature)[] = [];
  let accepted = 0;
  for (const each of signatures) {
    const isMismatch = each.places.length > 0;
    const expectation = expectationOf(each);
    if (isMismatch && each.left.length === 0) accepted += each.count;
    else if (expectation !== undefined) {
      expected.push({ ...each, ...expectation });
      if (isMismatch) accepted += each.count;
    } else if (isMismatch && each.left.every((place) => baseline.has(placeKey(place)))) accepted += each.count;
    else open.push(each);
  }
  return {
    tests: failuresCounted(placesCounted(tests, { open, expected, baseline }), tests, { open, expected }),
    accepted,
    expected: expected
      .map(({ places: _, left: __, what: ___, expectation: ____, ...each }) => each)
      .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1)),
  };
}

function keyOf({ what }: SignatureCount, places: readonly Place[]): string {
  return JSON.stringify([what, places.map(placeKey)]);
}

interface Sorted {
  readonly open: readonly SignatureCount[];
  readonly expected: readonly SignatureCount[];
}

/** The remaining tests of pairs and places, and the tests of signatures that are judged by themselves. */
function placesCounted(
  tests: readonly Test[],
  { open, expected, baseline }: Sorted & { readonly baseline: ReadonlySet<string> },
): readonly Test[] {
  const tested = new Set(tests.flatMap(({ signature }) => signature ?? []));
  const covered = new Set(expected.flatMap(({ left }) => left.filter(isNamed).map(placeKey)));
  const mismatches = open.filter(({ places }) => places.length > 0);
  // If a signature does not name all its places, it may share any of them.
  if (mismatches.some(({ id, left }) => !left.every(isNamed) && !tested.has(id))) covered.clear();
  for (const { id, left } of mismatches) if (!tested.has(id)) for (const place of left) covered.delete(placeKey(place));
  const shares = ({ left }: SignatureCount) => left.some((place) => !isNamed(place) || covered.has(placeKey(place)));
  const alone = new Set(covered.size === 0 ? [] : mismatches.filter(shares).map(({ id }) => id));
  return tests.filter(({ place, signature }) => {
    if (signature !== undefined) return alone.has(signature);
    return place === undefined || !(covered.has(placeKey(place)) || baseline.has(placeKey(place)));
  });
}

/** Failures have no place: if some are expected, the others are judged by their signatures. */
function failuresCounted(counted: readonly Test[], all: readonly Test[], { open, expected }: Sorted): readonly Test[] {
  const failures = open.filter(({ places }) => places.length === 0);
  const own = failures.map(({ id }) => all.find(({ signature }) => signature === id));
  const isSplit = expected.some(({ places }) => places.length === 0) && own.every((test) => test !== undefined);
  if (!isSplit) return counted;
  const worse = own.reduce((sum, test) => sum + test!.signs.total.worse, 0);
  const left = (total: SignCounts) => ({ worse: Math.min(worse, total.worse), better: total.better });
  const pairs = counted.map((test) =>
    test.check === 'failure' ? { ...test, signs: withoutSigns(test.signs, left(test.signs.total)) } : test,
  );
  return [...pairs, ...own.map((test) => test!)];
}

function isNamed({ path }: Place): boolean {
  return path !== OTHER_PLACES.path;
}
