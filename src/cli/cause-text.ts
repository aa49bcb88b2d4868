import { placeKey } from '../compare/collapse.ts';
import { UNACCEPTABLE } from '../compare/proposals/propose.ts';
import { count, moment, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import { type Difference, sideInWords } from '../model/difference.ts';
import { placeInWords, statusesInWords } from '../results/difference-words.ts';
import type { CauseReport } from '../results/examples.ts';
import { endingInWords } from '../results/outcome-groups.ts';
import { repeatedInWords } from '../results/repeated-words.ts';
import { routeInWords } from '../results/service-words.ts';
import { expectationInWords, reopeningInWords } from '../results/triage.ts';
import { cutTo } from './table.ts';

/** The style of a cause's line. */
export interface CausePaint {
  readonly title: (text: string) => string;
  readonly aside: (text: string) => string;
}

const SHOWN_PLACES = 5;
const SHOWN_ROUTES = 5;
const SHOWN_STATUSES = 3;
/** How many causes are shown with rules that would accept them. */
const PROPOSED_FOR = 3;
const SHOWN_RULES = 3;

/** A cause's position in the list. The first has rank 1. `several`: the list is of several services. */
export interface Standing {
  readonly rank: number;
  readonly several: boolean;
}

/** One cause: what differs, what follows from it, where, and an example. */
export function causeLines(
  cause: CauseReport,
  { rank, several }: Standing,
  width: number,
  { title, aside }: CausePaint,
): string[] {
  const { firstSeen, lastSeen, example, proposal } = cause;
  const lines = [
    ...triageLines(cause),
    ...(cause.repeated === undefined ? [] : [repeatedInWords(cause.repeated)]),
    ...placeLines(cause),
    ...followLines(cause),
    ...(example?.failure === undefined ? [] : [printable(example.failure)]),
    ...routeLines(cause),
    ...exampleLines(example),
  ];
  return [
    title(cutTo(`${rank}. ${titleOf(cause, several)}`, width)),
    ...lines.map((line) => cutTo(`   ${line}`, width)),
    ...(rank <= PROPOSED_FOR ? proposalLines(proposal) : []),
    aside(cutTo(`   ${moment(firstSeen)}Z to ${moment(lastSeen)}Z, ${signaturesInWords(cause)}`, width)),
  ];
}

function triageLines(cause: CauseReport): string[] {
  if ('reason' in cause) return [`expected: ${printable(expectationInWords(cause))}`];
  return 'reopened' in cause && cause.reopened !== undefined ? [`open again: ${reopeningInWords(cause.reopened)}`] : [];
}

function titleOf({ service, ending, routes, statuses, count: times }: CauseReport, several: boolean): string {
  const route = routes.length === 1 ? routes[0]!.route : plural(routes.length, 'route');
  const what = ending === 'mismatch' ? pairsInWords(statuses) : endingInWords(ending);
  return `${printable(routeInWords({ service, route }, several))}, ${what}: ${plural(times, 'time')}`;
}

function pairsInWords(statuses: CauseReport['statuses']): string {
  const pairs = statuses.map(({ primary, shadow }) => statusesInWords(primary, shadow));
  const more = pairs.length - SHOWN_STATUSES;
  return `status ${pairs.slice(0, SHOWN_STATUSES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function placeLines({ places, count: times, example }: CauseReport): string[] {
  const shown = places.slice(0, SHOWN_PLACES).map((place) => {
    const values = example?.differences.find((difference) => placeKey(difference) === placeKey(place));
    const often = place.count < times ? ` (${count(place.count)} of ${plural(times, 'time')})` : '';
    const { what, differs } = placeInWords(place);
    return `${printable(what)} ${differs}${often}${values === undefined ? '' : valuesInWords(values)}`;
  });
  return [...shown, ...more(places.length - SHOWN_PLACES, 'place')];
}

function followLines({ follows }: CauseReport): string[] {
  return follows.length === 0 ? [] : [`and with the body ${printable(follows.map(({ path }) => path).join(', '))}`];
}

/** If there is only one route, the title has it. */
function routeLines({ routes }: CauseReport): string[] {
  if (routes.length === 1) return [];
  const shown = routes
    .slice(0, SHOWN_ROUTES)
    .map(({ route, count: times }) => `on ${printable(route)}: ${plural(times, 'time')}`);
  return [...shown, ...more(routes.length - SHOWN_ROUTES, 'route')];
}

/** Without a response there is nothing to explain. */
function exampleLines(example: CauseReport['example']): string[] {
  if (example === undefined) return [];
  const { id, method, target, failure } = example;
  const asked = `for example ${printable(`${method} ${target}`)}`;
  return failure === undefined ? [asked, `each step: understudy explain ${argument(id)}`] : [asked];
}

/** For a shell: the client's proxy may have chosen the id. */
function argument(id: string): string {
  return /^\w[\w.:-]*$/.test(id) ? id : `'${printable(id).replaceAll("'", "'\\''")}'`;
}

function more(left: number, what: string): string[] {
  return left > 0 ? [`and ${plural(left, `more ${what}`)}`] : [];
}

function signaturesInWords({ routes }: CauseReport): string {
  const ids = routes.flatMap(({ signatures }) => signatures);
  return ids.length === 1 ? `signature ${ids[0]}` : `${count(ids.length)} signatures, the first ${ids[0]}`;
}

const RULE = /^\s*- \{/;

/** Rules are shown complete, with their place and hazards, because they are to be copied. */
function proposalLines(proposal = ''): string[] {
  const lines = proposal.trimEnd().split('\n');
  if (proposal.includes(`# ${UNACCEPTABLE}`)) return [`   ${UNACCEPTABLE}`];
  const rules = lines.flatMap((line, at) => (RULE.test(line) ? [at] : []));
  if (rules.length === 0) return [];
  const end = rules[SHOWN_RULES - 1] ?? lines.length - 1;
  const shown = lines.slice(0, end + 1).map((line) => `     ${printable(line)}`);
  const rest = rules.length > SHOWN_RULES ? [`     and ${rules.length - SHOWN_RULES} more, on its page`] : [];
  return [`   would be accepted by`, ...shown, ...rest];
}

function valuesInWords({ left, right }: Difference): string {
  if (left === undefined && right === undefined) return '';
  return `: ${printable(sideInWords(left))} → ${printable(sideInWords(right))}`;
}
