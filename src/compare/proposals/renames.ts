import type { RuleEffect } from '../../config/rule-types.ts';
import type { Difference } from '../../model/difference.ts';

/** A member of an object, whose name needs no quotes. */
const MEMBER = /^(\$.*)\.([A-Za-z_]\w*)$/;

/**
 * Whether a member was renamed: in each example its value appears under one new name in the same object, and nowhere
 * else. The values must be distinctive: `true` and 0 are found anywhere.
 */
export function isRename(
  gone: readonly Difference[],
  come: readonly Difference[],
  places: readonly (readonly Difference[])[],
): boolean {
  return isPair(gone, come) && !places.some((other) => other !== come && isPair(gone, other));
}

export function renameOf({ path }: Difference): RuleEffect {
  return { kind: 'rename', to: MEMBER.exec(path)![2]! };
}

function isPair(gone: readonly Difference[], come: readonly Difference[]): boolean {
  if (gone[0]!.kind !== 'removed' || come[0]!.kind !== 'added' || gone.length !== come.length) return false;
  const from = MEMBER.exec(gone[0]!.path);
  const to = MEMBER.exec(come[0]!.path);
  if (from === null || to === null || from[1] !== to[1]) return false;
  return gone.every(({ left }, at) => left === come[at]!.right) && gone.some(({ left = '' }) => identifies(left));
}

/** Whether a value (JSON text) is distinctive. A word is; a flag, a small number, or an empty value is not. */
function identifies(text: string): boolean {
  if (text.includes('…')) return false;
  if (/^"/.test(text)) return text.length >= 3 + 2 && !/^"(?:true|false|null|none|yes|no)"$/i.test(text);
  if (/^[[{]/.test(text)) return /\d{3}|"[^"]{3,}"\s*[,\]}]/.test(text);
  return /^-?\d+(?:\.\d+)?$/.test(text) && text.replace(/\D/g, '').replace(/^0+/, '').length >= 4;
}
