import type { UntriedPlace } from '../compare/rejudge.ts';
import { count, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import { DEFAULT_SERVICE } from '../model/service.ts';
import { statusesInWords } from '../results/difference-words.ts';
import { routeInWords } from '../results/service-words.ts';
import type { RejudgedRule, RejudgedSignature, Rejudgement } from './rejudgement.ts';

/** For a person at a terminal. Control characters in recorded texts are escaped. */
export function renderRejudgement({ signatures, rules }: Rejudgement): string {
  const mismatches = signatures.filter(({ ending }) => ending === 'mismatch');
  const accepted = signatures.filter(({ ending }) => ending === 'accepted');
  const inState = (rows: typeof signatures, ...states: RejudgedSignature['now'][]) =>
    rows.filter(({ now }) => states.includes(now));
  const gone = inState(mismatches, 'accepted');
  const partly = inState(mismatches, 'partly');
  const staying = inState(mismatches, 'mismatch');
  const unknown = inState(mismatches, 'untried', 'no_examples');
  const again = inState(accepted, 'partly', 'mismatch', 'untried');
  const sections = [
    [
      mismatches.length === 0
        ? 'No mismatches were recorded.'
        : `Of ${plural(mismatches.length, 'signature')} of mismatches ${count(gone.length)} would be gone, ` +
          `${count(partly.length)} partly, ${count(staying.length)} would stay, ${count(unknown.length)} can't be told.`,
    ],
    section('Gone', gone.flatMap(signatureLines)),
    section('Partly gone', partly.flatMap(signatureLines)),
    section('Staying', staying.flatMap(signatureLines)),
    section("Can't be told", unknown.flatMap(signatureLines)),
    section('Recorded as accepted, but not, or not certainly, accepted now', again.flatMap(signatureLines)),
    section('Rules', rules.map(ruleLine)),
  ];
  const lines = sections.filter(({ length }) => length > 0).map((each) => each.map(printable).join('\n'));
  return `${lines.join('\n\n')}\n`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines.map((line) => `  ${line}`)];
}

const SHOWN_PLACES = 5;

function signatureLines(signature: RejudgedSignature): string[] {
  const { id, service, primaryStatus, shadowStatus, places, count: times, untried } = signature;
  const route = routeInWords(signature, service !== DEFAULT_SERVICE);
  const shown = places.slice(0, SHOWN_PLACES).map(({ kind, path }) => `${kind} at ${path}`);
  const more = places.length > shown.length ? [`${plural(places.length - shown.length, 'more place')}`] : [];
  return [
    `${route}, status ${statusesInWords(primaryStatus, shadowStatus)}: ${plural(times, 'time')}, signature ${id}`,
    `  ${[...shown, ...more].join(', ')}`,
    `  ${examplesInWords(signature.examples)}`,
    ...untried.map(
      ({ kind, path, why, examples }) =>
        `  untried in ${plural(examples, 'example')}: ${kind} at ${path}, because ${WHY[why]}`,
    ),
  ];
}

const WHY: Readonly<Record<UntriedPlace['why'], string>> = {
  redacted: 'its value was redacted',
  cut: 'the body was recorded in part',
  withheld: 'the body was not recorded',
};

function examplesInWords({ total, accepted, mismatch, untried }: RejudgedSignature['examples']): string {
  if (total === 0) return 'no example was kept';
  return [
    `${count(accepted)} of ${plural(total, 'example')} accepted`,
    ...(mismatch === 0 ? [] : [`${count(mismatch)} not`]),
    ...(untried === 0 ? [] : [`${count(untried)} untried`]),
  ].join(', ');
}

function ruleLine({ rule, origin, state, examples, of }: RejudgedRule): string {
  return `${useInWords(state, examples, of)}: ${rule} (${origin})`;
}

function useInWords(state: RejudgedRule['state'], examples: number, of: number): string {
  switch (state) {
    case 'used':
      return `used in ${count(examples)} of ${plural(of, 'example')}`;
    case 'unused':
      return of === 0
        ? 'not tried, because its routes have no examples'
        : `matches nothing in ${plural(of, 'example')}`;
    case 'expired':
      return 'expired';
  }
}
