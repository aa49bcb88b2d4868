import type { Rule } from '../../config/compare-types.ts';
import type { Place } from '../../model/difference.ts';
import { holdsToken } from '../../model/redaction.ts';
import { parsePattern } from '../rules/pattern.ts';

/** What a rule is about. */
export type Subject = Pick<Rule, 'path' | 'header' | 'part'>;

const FIELD = /^(?:header|trailer)\.([^[]+)(?:\[([^[\]]+)\](?:\.([\w-]+))?)?$/s;

/** What a rule for a place would be about; undefined for places that are not written out. */
export function subjectOf({ path, kind }: Place): Subject | undefined {
  if (path === 'status') return {};
  const field = FIELD.exec(path);
  if (field !== null) {
    const [, header, name, attribute] = field;
    return { header: header!, ...(name !== undefined && { part: { name, ...(attribute && { attribute }) } }) };
  }
  if (kind === 'budget' || path.includes('…') || holdsToken(path) || /^(?:header|trailer)\./.test(path))
    return undefined;
  // Lines and bytes have no path of their own.
  if (!path.startsWith('$')) return { path: '$' };
  const query = path.replaceAll('.{*}', '.*');
  const place = kind === 'moved' ? query.replace(/\[\*\]$/, '') : query;
  try {
    parsePattern(place);
    return { path: place };
  } catch {
    return undefined;
  }
}
