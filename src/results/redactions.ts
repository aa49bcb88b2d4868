import { count } from '../lib/figures.ts';
import type { RedactionRow } from '../model/store-reader.ts';

/** The names of the values that a rule hid, with counts. */
export function namesInWords({ rule, count: all, names }: RedactionRow): string {
  if (names.length === 0) return rule === 'configured' ? 'by the configuration' : 'by their shape or place';
  const rest = all - names.reduce((sum, each) => sum + each.count, 0);
  const listed = names.map(({ name, count: hidden }) => `${name} ${count(hidden)}`);
  return [...listed, ...(rest === 0 ? [] : [`others ${count(rest)}`])].join(', ');
}

/** How to show a value, with a hidden name as the example. */
export function hint(redactions: readonly RedactionRow[]): string {
  const { rule, names } = redactions.find((row) => row.rule !== 'configured') ?? { rule: 'token', names: [] };
  const name = names[0]?.name;
  const example = name === undefined ? rule : name;
  return `To show harmless values, set redact: {allow: [${example}]}; allow takes names and whole rules.`;
}
