import type { Rule } from '../../config/compare-types.ts';
import type { HeaderPart, RuleEffect } from '../../config/rule-types.ts';
import { formatDuration } from '../../lib/duration.ts';
import { formatShare } from '../../lib/share.ts';

/** A rule as one line of YAML, as it would be written in the configuration. */
export function ruleText(rule: Pick<Rule, 'path' | 'header' | 'part' | 'does' | 'reason'>): string {
  const reason = rule.reason === undefined ? '' : `, reason: ${yamlText(rule.reason)}`;
  return `{${subjectText(rule)}${effectText(rule.does)}${reason}}`;
}

function subjectText({ path, header, part, does }: Pick<Rule, 'path' | 'header' | 'part' | 'does'>): string {
  if (header !== undefined) return `header: ${yamlText(`${header}${part === undefined ? '' : partText(part)}`)}, `;
  return path === undefined && does.kind === 'status' ? '' : `path: ${yamlText(path ?? '$')}, `;
}

/** As it is written in a place: `header.set-cookie[sid].path`. */
export function partText({ name, attribute }: HeaderPart): string {
  return `[${name}]${attribute === undefined ? '' : `.${attribute}`}`;
}

function effectText(effect: RuleEffect): string {
  switch (effect.kind) {
    case 'ignore':
      return `ignore: ${ignoredText(effect.only)}`;
    case 'tolerance':
      return `within: ${effect.relative ? formatShare(effect.amount) : effect.amount}`;
    case 'time':
      return `as: timestamp, within: ${formatDuration(effect.amount)}`;
    case 'class':
      return `as: ${effect.class}`;
    case 'url':
      return `as: url, except: [${effect.except.map(yamlText).join(', ')}]`;
    case 'mask':
      return `mask: ${quoted(effect.pattern)}`;
    case 'status':
      return `status: [${effect.primary}, ${effect.shadow}]`;
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

function ignoredText(only: readonly string[] | undefined): string {
  if (only === undefined) return 'true';
  return only.length === 1 ? only[0]! : `[${only.join(', ')}]`;
}

/** Plain where YAML's flow style certainly reads it as a string, else in double quotes, as JSON. */
function yamlText(text: string): string {
  const plain = /^[$A-Za-z_][\w$./-]*(?: [\w$./-]+)*$/.test(text);
  return plain && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(text) ? text : quoted(text);
}

/** As JSON, which YAML reads the same; `${` would begin a reference to the environment. */
function quoted(text: string): string {
  return JSON.stringify(text.replaceAll('${', () => '$${'));
}
