import type { NameRule } from './names.ts';

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Whether the value of a name is a secret: not what only says whether there is one, or how many. */
export function isSecretValue(text: string, { numbers }: NameRule): boolean {
  if (text === '' || /^(?:true|false|null|undefined|none|nil)$/i.test(text)) return false;
  if (!NUMBER.test(text)) return true;
  return numbers === 'all' || (numbers === 'long' && text.length >= 6);
}
