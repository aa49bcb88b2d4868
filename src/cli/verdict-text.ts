import { count, plural, share } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { ServiceVerdict, Verdict } from '../results/verdict.ts';
import { cutTo } from './table.ts';

/**
 * Three lines per service: the verdict with its gravest reason, what it is based on, and how many other reasons there
 * are. Reasons are shortened, the first to two terminal lines of `width` characters; the gate prints them complete.
 */
export function verdictLines({ services }: Verdict, width: number): string[] {
  return services.flatMap((service) => {
    const [gravest, ...others] = service.reasons.map((reason) => shortened(reason, service.verdict));
    const answer = answerOf(service, services.length > 1, gravest);
    return [cutTo(answer, 2 * width), basisOf(service), restOf(others, width)];
  });
}

/** The first reason and, unless harm is proven, the last one: how much is still needed. */
function shortened(reason: string, verdict: Verdict['verdict']): string {
  const [first, ...others] = reason.split('; ');
  const last = others.at(-1);
  return verdict === 'regression' || last === undefined ? first! : `${first}; ${last}`;
}

function answerOf(service: ServiceVerdict, several: boolean, gravest = service.reasons[0]): string {
  const name = several ? ` of ${service.service}` : '';
  const subject = subjectOf(service);
  return printable(
    `Verdict${name}${subject === '' ? '' : ` (${subject})`}: ${service.verdict}${gravest === undefined ? '' : `. ${gravest}`}`,
  );
}

/** `version 2.4.0, beside what d1e0aa31 had`: what a verdict is about. */
export function subjectOf({ version, baseline }: ServiceVerdict): string {
  const of = version === undefined ? [] : [`version ${version}`];
  return [...of, ...(baseline === undefined ? [] : [`beside what ${baseline} had`])].join(', ');
}

/** `Judged: 12,040 exchanges, 99.2% on routes that pass; of 13,000 requests 0.1% lost, 3.0% skipped` */
function basisOf({ exchanges, covered, requests, shed, skipped, unsampled, paused }: ServiceVerdict): string {
  const sample = unsampled === 0 ? '' : ` (${share(unsampled, 1)} by the sample)`;
  const judged = `${plural(exchanges, 'exchange')}, ${share(covered, 1)} on routes that pass`;
  const pauses = paused === 0 ? '' : `, ${share(paused, 1)} while mirroring was paused`;
  return `Judged: ${judged}; of ${plural(requests, 'request')} ${share(shed, 1)} lost, ${share(skipped, 1)} skipped${sample}${pauses}`;
}

function restOf([next, ...more]: readonly string[], width: number): string {
  if (next === undefined) return 'Also: nothing.';
  const end = more.length === 0 ? '' : `; ${count(more.length)} more: see gate`;
  return `${cutTo(`Also: ${printable(next)}`, width - end.length)}${end}`;
}

const MOST_REASONS = 20;

/** The verdict with all its reasons, up to a readable number. */
export function gateText(verdict: Verdict): string {
  if (verdict.services.length === 0)
    return `Verdict: ${verdict.verdict}. Nothing was recorded: send requests through the proxy.\n`;
  const lines = verdict.services.flatMap((service) => {
    const others = service.reasons.slice(1, MOST_REASONS).map((reason) => `  ${printable(reason)}`);
    const more = service.reasons.length - MOST_REASONS;
    const rest = more > 0 ? [`  and ${count(more)} more: see --json`] : [];
    return [answerOf(service, verdict.services.length > 1), basisOf(service), ...others, ...rest];
  });
  return `${lines.join('\n')}\n`;
}
