import { count } from '../lib/figures.ts';
import type { RedactionRow } from '../model/store-reader.ts';

/** The names of what a rule hid, and how often each was. */
export function namesInWords({ rule, count: all, names }: RedactionRow): string {
  if (names.length === 0) return rule === 'configured' ? 'by the configuration' : 'by their shape or place';
  const rest = all - names.reduce((sum, each) => sum + each.count, 0);
  const listed = names.map(({ name, count: hidden }) => `${name} ${count(hidden)}`);
  return [...listed, ...(rest === 0 ? [] : [`others ${count(rest)}`])].join(', ');
}

/** How to have a value shown, with a name that was hidden as the example. */
export function hint(redactions: readonly RedactionRow[]): string {
  const { rule, names } = redactions.find((row) => row.rule !== 'configured') ?? { rule: 'token', names: [] };
  const name = names[0]?.name;
  const example = name === undefined ? rule : name;
  return `What is no secret is shown after redact: {allow: [${example}]}; allow takes names and whole rules.`;
}
