import { count, plural, share } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { ServiceVerdict, Verdict } from '../results/verdict.ts';

/** Three lines for each service: the answer with its gravest reason, what it rests on, and what else there is. */
export function verdictLines({ services }: Verdict): string[] {
  return services.flatMap((service) => {
    return [answerOf(service, services.length > 1), basisOf(service), restOf(service.reasons.slice(1))];
  });
}

function answerOf(service: ServiceVerdict, several: boolean): string {
  const name = several ? ` of ${service.service}` : '';
  const subject = subjectOf(service);
  const [first] = service.reasons;
  return printable(
    `Verdict${name}${subject === '' ? '' : ` (${subject})`}: ${service.verdict}${first === undefined ? '' : `. ${first}`}`,
  );
}

/** `version 2.4.0, beside what d1e0aa31 had`: what a verdict is of. */
export function subjectOf({ version, baseline }: ServiceVerdict): string {
  const of = version === undefined ? [] : [`version ${version}`];
  return [...of, ...(baseline === undefined ? [] : [`beside what ${baseline} had`])].join(', ');
}

/** `Judged: 12,040 exchanges on 3 routes, 99.2% of them on routes that pass; of 13,000 requests 0.1% lost, 3.0% skipped` */
function basisOf({ exchanges, covered, routes, requests, shed, skipped, unsampled }: ServiceVerdict): string {
  const sample = unsampled === 0 ? '' : ` (${share(unsampled, 1)} by the sample)`;
  const judged = `${plural(exchanges, 'exchange')} on ${plural(routes.length, 'route')}, ${share(covered, 1)} of them on routes that pass`;
  return `Judged: ${judged}; of ${plural(requests, 'request')} ${share(shed, 1)} lost, ${share(skipped, 1)} skipped${sample}`;
}

function restOf(others: readonly string[]): string {
  const [next, ...more] = others;
  if (next === undefined) return 'Also: nothing.';
  return `Also: ${printable(next)}${more.length === 0 ? '' : `; and ${count(more.length)} more (--json has all)`}`;
}

const MOST_REASONS = 20;

/** The verdict with all its reasons, as far as a person reads them. */
export function gateText(verdict: Verdict): string {
  if (verdict.services.length === 0) return `Verdict: ${verdict.verdict}. Nothing was recorded.\n`;
  const lines = verdict.services.flatMap((service) => {
    const others = service.reasons.slice(1, MOST_REASONS).map((reason) => `  ${printable(reason)}`);
    const more = service.reasons.length - MOST_REASONS;
    const rest = more > 0 ? [`  and ${count(more)} more: see --json`] : [];
    return [answerOf(service, verdict.services.length > 1), basisOf(service), ...others, ...rest];
  });
  return `${lines.join('\n')}\n`;
}
