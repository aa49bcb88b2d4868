import type { NameRule } from './names.ts';

const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Whether the value of a name is a secret: not what only says whether there is one, or how many. */
export function isSecretValue(text: string, { numbers }: NameRule): boolean {
  if (text === '' || /^(?:true|false|null|undefined|none|nil)$/i.test(text)) return false;
  if (!NUMBER.test(text)) return true;
  return numbers === 'all' || (numbers === 'long' && text.length >= 6);
}

/** Whether a text is no word that a person chose, but was drawn: it has digits between letters, or is long and has no spaces. */
export function isOpaque(text: string): boolean {
  if (text.length < 8 || /[\s/]/.test(text)) return false;
  const digits = text.replaceAll(/\D/g, '').length;
  return digits === text.length
    ? digits >= 16
    : digits >= 2 || (text.length >= 24 && /[A-Z]/.test(text) && /[a-z]/.test(text));
}
