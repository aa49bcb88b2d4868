import type { Rule, RuleEffect } from '../../config/types.ts';

/** A rule as one line of YAML flow style, near enough to what is written in the config. */
export function ruleText(rule: Rule): string {
  const subject = rule.header === undefined ? `path: ${quoted(rule.path ?? '$')}` : `header: ${quoted(rule.header)}`;
  const reason = rule.reason === undefined ? '' : `, reason: ${quoted(rule.reason)}`;
  return `{${subject}, ${effectText(rule.does)}${reason}}`;
}

function effectText(effect: RuleEffect): string {
  switch (effect.kind) {
    case 'ignore':
      return 'ignore: true';
    case 'tolerance':
      return `within: ${effect.relative ? `${Number((effect.amount * 100).toPrecision(12))}%` : effect.amount}`;
    case 'unordered':
      return 'unordered: true';
    case 'key':
      return `key: ${quoted(effect.key)}`;
  }
}

/** Plain where YAML's flow style allows it without doubt, else in double quotes. */
function quoted(text: string): string {
  return /^[$A-Za-z_][\w$./-]*( [\w$./-]+)*$/.test(text) ? text : JSON.stringify(text);
}
