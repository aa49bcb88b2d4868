import type { Rule, RuleEffect } from '../../config/types.ts';
import { formatDuration } from '../../lib/duration.ts';
import { formatShare } from '../../lib/share.ts';

/** A rule as one line of YAML, as it would be written in the configuration. */
export function ruleText(rule: Pick<Rule, 'path' | 'header' | 'does' | 'reason'>): string {
  const subject =
    rule.header === undefined ? `path: ${yamlText(rule.path ?? '$')}` : `header: ${yamlText(rule.header)}`;
  const reason = rule.reason === undefined ? '' : `, reason: ${yamlText(rule.reason)}`;
  return `{${subject}, ${effectText(rule.does)}${reason}}`;
}

function effectText(effect: RuleEffect): string {
  switch (effect.kind) {
    case 'ignore':
      return 'ignore: true';
    case 'tolerance':
      return `within: ${effect.relative ? formatShare(effect.amount) : effect.amount}`;
    case 'time':
      return `as: timestamp, within: ${formatDuration(effect.amount)}`;
    case 'class':
      return `as: ${effect.class}`;
    case 'matches':
      return `matches: ${quoted(effect.pattern)}`;
    case 'one_of':
      return `oneOf: [${effect.values.map(yamlText).join(', ')}]`;
    case 'unordered':
      return 'unordered: true';
    case 'key':
      return `key: ${yamlText(effect.key)}`;
    case 'empty':
      return 'emptyIsMissing: true';
    case 'case':
      return 'anyCase: true';
    case 'unicode':
      return 'normalize: true';
    case 'subset':
      return 'subset: true';
    case 'rename':
      return `rename: ${yamlText(effect.to)}`;
    case 'embedded':
      return 'json: true';
    case 'byte_order_mark':
      return 'byteOrderMark: true';
    case 'charset':
      return 'charset: true';
  }
}

/** Plain where YAML's flow style takes it for a text without doubt, else in double quotes, as JSON. */
function yamlText(text: string): string {
  const plain = /^[$A-Za-z_][\w$./-]*(?: [\w$./-]+)*$/.test(text);
  return plain && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : quoted(text);
}

/** As JSON, which YAML reads the same; `${` would begin a reference to the environment. */
function quoted(text: string): string {
  return JSON.stringify(text.replaceAll('${', () => '$${'));
}
