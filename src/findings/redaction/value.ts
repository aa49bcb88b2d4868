import type { NameRule } from './names.ts';

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/**
 * Whether the value of a secret's name is a secret. A value that only tells whether there is one, or how many, is not.
 */
export function isSecretValue(text: string, { numbers }: NameRule): boolean {
  if (text === '' || /^(?:true|false|null|undefined|none|nil)$/i.test(text)) return false;
  if (!NUMBER.test(text)) return true;
  return numbers === 'all' || (numbers === 'long' && text.length >= 6);
}
