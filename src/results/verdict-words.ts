/** The verdict in words, with its figures. */
import { count, lasting, plural, share } from '../lib/figures.ts';
import { formatShare } from '../lib/share.ts';
import type { VerdictSettings } from '../model/verdict-settings.ts';
import type { Finding, RouteDecision } from '../verdict/decision.ts';
import type { Need } from '../verdict/needs.ts';
import type { ServiceDecision } from '../verdict/service-decision.ts';
import { type ExpectedSummary, expectedInWords } from './expected.ts';

/** Exchanges of a route per millisecond. */
export type Pace = (route: string) => number;

export interface Told extends Pick<ServiceDecision, 'answer' | 'routes' | 'faults'> {
  readonly expected: readonly ExpectedSummary[];
}

/** The reasons against a pass, the gravest first; for a pass, what was found. Expected differences come last. */
export function reasonsOf(decision: Told, settings: VerdictSettings, pace: Pace): readonly string[] {
  const harm = decision.routes.flatMap((route) =>
    route.findings
      .filter(({ state }) => state === 'harm')
      .map((finding) => `${route.route}: ${findingInWords(finding, settings)}`),
  );
  const faults = decision.faults.map(({ detail }) => detail);
  const open = decision.routes
    .filter(({ answer }) => answer === 'inconclusive')
    .map((route) => openInWords(route, settings, pace(route.route)));
  const passed = decision.routes.filter(({ answer }) => answer === 'pass').map((route) => passInWords(route, settings));
  const expected = decision.expected.map(expectedInWords);
  // Routes that are still open do not prevent a pass if the others cover enough.
  if (decision.answer === 'pass') return [...passed.slice(0, 1), ...expected, ...passed.slice(1), ...open];
  return [...harm, ...faults, ...open, ...expected, ...passed];
}

/** Milliseconds until there are enough exchanges at the previous rate; undefined if that is unknown. */
export function stillNeeded({ exchanges }: Need, pace: number): number | undefined {
  return exchanges === undefined || pace <= 0 ? undefined : Math.ceil(exchanges / pace);
}

/** `$.total differs in 37 of 12,040 exchanges and never in the control; E = 4·10^6, alarm at 4·10^3` */
export function findingInWords(finding: Finding, { epsilon }: VerdictSettings): string {
  const { worse, better, exchanges, evidence, alarm } = finding;
  const often = `in ${count(worse)} of ${plural(exchanges, 'exchange')}`;
  const { place: at, signature } = finding;
  const place = at === undefined ? `signature ${signature}` : `${at.path} (${at.kind})`;
  const so = signature === undefined ? '' : ` (signature ${signature})`;
  const told = {
    difference: `${place} differs ${often} and ${times(better)} in the control alone`,
    mismatch: `${place} differs ${often}, more than ${formatShare(epsilon)}`,
    failure: `the shadow gives no response${so} ${often}, and what it is set against ${times(better)}`,
    slower: `the shadow is slower than the margin in ${count(worse)} of ${plural(worse + better, 'pair')}`,
    tail: `the shadow alone is very slow ${often}, and what it is set against alone ${times(better)}`,
  }[finding.check];
  return `${told}; E = ${power(evidence)}, alarm at ${power(alarm)}`;
}

function openInWords(decision: RouteDecision, settings: VerdictSettings, pace: number): string {
  const { route, needs, exchanges } = decision;
  if (exchanges === 0) return `${route}: nothing was compared`;
  return `${route}: ${[...needs.map((need) => lackInWords(need, decision, settings)), ...moreInWords(needs, pace)].join('; ')}`;
}

/** `that at most 0.1% fail is not certain; about 90 more exchanges at this rate: 4 min` */
export function needInWords(need: Need, decision: RouteDecision, settings: VerdictSettings, pace: number): string {
  return [lackInWords(need, decision, settings), ...moreInWords([need], pace)].join('; ');
}

/** Why it can't be told how many more exchanges it takes. */
const UNTOLD = 'and what came so far does not tell how many more exchanges that takes';
const HOPELESS = 'and at this rate more exchanges hardly make it so';

function lackInWords(
  { what, exchanges: more }: Need,
  { route, sample, exchanges }: RouteDecision,
  settings: VerdictSettings,
): string {
  const { epsilon } = { ...settings, ...settings.routes[route] };
  const of = `${plural(sample.exchanges, 'exchange')}${sample.exchanges < exchanges ? ' since a rule went' : ''}`;
  const untold = (why: string) => (more === undefined ? `, ${why}` : '');
  const tooMany = untold(sample.mismatches === 0 ? UNTOLD : HOPELESS);
  return {
    exchanges: `it has ${of}`,
    mismatches: `${plural(sample.mismatches, 'mismatch', 'mismatches')} in ${of}: at most ${formatShare(epsilon)} is not certain${tooMany}`,
    failures: `that at most ${formatShare(epsilon)} fail is not certain${untold(HOPELESS)}`,
    latency: `that its times are within the margin is not certain${untold(UNTOLD)}`,
    margin:
      'its times were held against another margin when they came, which does not tell: ask by that one, or begin a new rehearsal with this one',
    suspicion: 'harm is likely, though not proven: more exchanges will tell',
  }[what];
}

/** For all needs of which that can be told; nothing if there is none. */
function moreInWords(needs: readonly Need[], pace: number): readonly string[] {
  const known = needs.flatMap(({ exchanges }) => exchanges ?? []);
  if (known.length === 0) return [];
  const most = Math.max(...known);
  const time = stillNeeded({ what: 'exchanges', exchanges: most }, pace);
  const about = known.length < needs.length ? 'at least' : 'about';
  return [`${about} ${plural(most, 'more exchange')} at this rate${time === undefined ? '' : `: ${lasting(time)}`}`];
}

function passInWords({ route, exchanges, sample, accepted }: RouteDecision, settings: VerdictSettings): string {
  const { epsilon, margin } = { ...settings, ...settings.routes[route] };
  const left = sample.mismatches;
  const found =
    left === 0 ? 'no mismatch' : `${plural(left, 'mismatch', 'mismatches')} (${share(left, sample.exchanges)})`;
  const known = accepted === 0 ? '' : `, ${count(accepted)} accepted`;
  return `${route}: ${found}${known} in ${plural(exchanges, 'exchange')}, at most ${formatShare(epsilon)}; its times are within ${formatShare(margin)}`;
}

function times(count_: number): string {
  return count_ === 0 ? 'never' : count_ === 1 ? 'once' : `${count(count_)} times`;
}

/** From its logarithm: `4·10^6`; below 10,000 as a plain number. */
function power(log10: number): string {
  if (log10 < 4) return count(Math.round(10 ** log10));
  const exponent = Math.floor(log10);
  return `${Math.floor(10 ** (log10 - exponent))}·10^${exponent}`;
}
