/** The verdict as files for pipelines: JUnit, and Markdown for the summary of a job. */
import { count } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { RouteVerdict, ServiceVerdict, Verdict } from '../results/verdict.ts';
import { subjectOf } from './verdict-text.ts';

/** What a test case stands for: checks and needs. */
const CASES = [
  { name: 'responses', checks: ['difference', 'mismatch'], needs: ['mismatches'] },
  { name: 'failures', checks: ['failure'], needs: ['failures'] },
  { name: 'latency', checks: ['slower', 'tail'], needs: ['latency', 'margin'] },
  { name: 'evidence', checks: [], needs: ['exchanges', 'suspicion'] },
] as const;

/**
 * A case for each route and check. Harm is a failure, and what is uncertain is an error. Nothing is skipped, because
 * many readers treat skipped cases as passed.
 */
export function junit({ verdict, services, generatedAt }: Verdict): string {
  const suites = services.map(suiteOf);
  if (services.length === 0)
    suites.push({ name: 'understudy', cases: [problem('measurement', 'error', 'invalid', ['nothing was recorded'])] });
  const timestamp = new Date(generatedAt).toISOString().slice(0, -1);
  const head = `name="understudy gate: ${verdict}" ${countsOf(suites.flatMap(({ cases }) => cases))}`;
  const written = suites.map(({ name, cases }) => {
    const attributes = `name="${escaped(name)}" ${countsOf(cases)} skipped="0" timestamp="${timestamp}"`;
    return `  <testsuite ${attributes}>\n${cases.map(({ text }) => text).join('')}  </testsuite>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${head}>\n${written.join('')}</testsuites>\n`;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

interface Case {
  readonly result: 'passed' | 'failure' | 'error';
  /** Its element. */
  readonly text: string;
}

function suiteOf({ service, verdict, faults, routes }: ServiceVerdict): Suite {
  const told = detailsOf(faults);
  const measured = told.length === 0 ? passed('measurement') : problem('measurement', 'error', verdict, told);
  return { name: service, cases: [measured, ...routes.flatMap(casesOf)] };
}

function casesOf(route: RouteVerdict): Case[] {
  return CASES.map(({ name, checks, needs }) => {
    const title = `${route.route}: ${name}`;
    const harm = route.checks.filter(
      ({ check, state }) => state === 'harm' && (checks as readonly string[]).includes(check),
    );
    if (harm.length > 0) return problem(title, 'failure', 'regression', detailsOf(harm));
    const open = route.needs.filter(({ what }) => (needs as readonly string[]).includes(what));
    return open.length > 0 ? problem(title, 'error', 'inconclusive', detailsOf(open)) : passed(title);
  });
}

function detailsOf(told: readonly { readonly detail: string }[]): string[] {
  return told.map(({ detail }) => detail);
}

function countsOf(cases: readonly Case[]): string {
  const number = (wanted: Case['result']) => cases.filter(({ result }) => result === wanted).length;
  return `tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}"`;
}

function passed(name: string): Case {
  return { result: 'passed', text: `    <testcase classname="understudy" name="${escaped(name)}"/>\n` };
}

/** The reasons are both an attribute and text, because readers differ in what they show. */
function problem(name: string, result: 'failure' | 'error', type: string, reasons: readonly string[]): Case {
  const lines = reasons.map(escaped);
  const inner = `<${result} type="${type}" message="${lines.join('; ')}">${lines.join('\n')}</${result}>`;
  return { result, text: `    <testcase classname="understudy" name="${escaped(name)}">${inner}</testcase>\n` };
}

/** For an attribute in XML 1.0, which cannot represent most control characters. */
function escaped(text: string): string {
  const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return printable(text)
    .replace(/[\ud800-\udfff\ufffe\uffff]/g, (unit, at: number, all: string) => (isPaired(all, at) ? unit : '\ufffd'))
    .replace(/[&<>"]/g, (character) => entities[character]!);
}

function isPaired(text: string, at: number): boolean {
  const point = text.codePointAt(at)!;
  return point > 0xffff || (at > 0 && text.codePointAt(at - 1)! > 0xffff);
}

const MARKS = { pass: '✅', regression: '❌', inconclusive: '❔', invalid: '⚠️' } as const;

export function markdown({ verdict, services }: Verdict): string {
  const lines = [`## ${MARKS[verdict]} Understudy: ${verdict}`, ''];
  if (services.length === 0) lines.push('Nothing was recorded.', '');
  for (const service of services) {
    const subject = subjectOf(service);
    const of = subject === '' ? '' : ` (${plain(subject)})`;
    if (services.length > 1 || of !== '') lines.push(`### ${plain(service.service)}${of}: ${service.verdict}`, '');
    lines.push(...service.reasons.slice(0, REASONS).map((reason) => `- ${plain(reason)}`), '');
    lines.push('| route | verdict | exchanges | mismatches | accepted |', '|---|---|---:|---:|---:|');
    for (const { route, verdict: of, exchanges, mismatches, accepted } of service.routes) {
      lines.push(
        `| ${plain(route)} | ${MARKS[of]} ${of} | ${[exchanges, mismatches, accepted].map(count).join(' | ')} |`,
      );
    }
    lines.push('');
  }
  return lines.join('\n');
}

const REASONS = 20;

/** Escapes everything that could be markup. */
function plain(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}
