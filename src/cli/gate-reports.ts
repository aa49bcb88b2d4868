/** The verdict as files for pipelines: JUnit, and Markdown for the summary of a job. */
import { count } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { RouteVerdict, ServiceVerdict, Verdict } from '../results/verdict.ts';

/** What a case is of: the checks, and the needs, that it stands for. */
const CASES = [
  { name: 'responses', checks: ['difference', 'mismatch'], needs: ['mismatches'] },
  { name: 'failures', checks: ['failure'], needs: ['failures'] },
  { name: 'latency', checks: ['slower', 'tail'], needs: ['latency', 'margin'] },
  { name: 'evidence', checks: [], needs: ['exchanges', 'suspicion'] },
] as const;

/**
 * A case for each route and check: harm is a failure, what is not certain is an error, and nothing is ever skipped, since
 * many readers take what was skipped for good.
 */
export function junit({ verdict, services, generatedAt }: Verdict): string {
  const suites = services.map(suiteOf);
  if (services.length === 0)
    suites.push(suite('understudy', [problem('measurement', 'error', 'invalid', 'nothing was recorded')]));
  const at = new Date(generatedAt).toISOString();
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="understudy gate: ${verdict}" timestamp="${at}">\n${suites.join('')}</testsuites>\n`;
}

function suiteOf({ service, verdict, faults, routes }: ServiceVerdict): string {
  const measured =
    faults.length === 0
      ? passed('measurement')
      : problem('measurement', 'error', verdict, faults.map(({ detail }) => detail).join('; '));
  return suite(service, [measured, ...routes.flatMap(casesOf)]);
}

function casesOf(route: RouteVerdict): string[] {
  const told = route.reasons.join('; ');
  return CASES.map(({ name, checks, needs }) => {
    const title = `${route.route}: ${name}`;
    const isHarmed = route.checks.some(
      ({ check, state }) => state === 'harm' && (checks as readonly string[]).includes(check),
    );
    if (isHarmed) return problem(title, 'failure', 'regression', told);
    const isOpen = route.needs.some(({ what }) => (needs as readonly string[]).includes(what));
    return isOpen ? problem(title, 'error', 'inconclusive', told) : passed(title);
  });
}

function suite(name: string, cases: readonly string[]): string {
  const number = (kind: string) => cases.filter((text) => text.includes(`<${kind} `)).length;
  const counts = `tests="${cases.length}" failures="${number('failure')}" errors="${number('error')}" skipped="0"`;
  return `  <testsuite name="${escaped(name)}" ${counts}>\n${cases.join('')}  </testsuite>\n`;
}

function passed(name: string): string {
  return `    <testcase classname="understudy" name="${escaped(name)}"/>\n`;
}

function problem(name: string, kind: 'failure' | 'error', type: string, message: string): string {
  const inner = `<${kind} type="${type}" message="${escaped(message)}"/>`;
  return `    <testcase classname="understudy" name="${escaped(name)}">${inner}</testcase>\n`;
}

/** For an attribute in XML 1.0, which has no way to write most control characters. */
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
    const version = service.version === undefined ? '' : ` (version ${plain(service.version)})`;
    if (services.length > 1 || version !== '')
      lines.push(`### ${plain(service.service)}${version}: ${service.verdict}`, '');
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

/** Text in which nothing is markup. */
function plain(text: string): string {
  return printable(text).replace(/[\\`*_{}[\]<>()#+!|~]/g, '\\$&');
}
