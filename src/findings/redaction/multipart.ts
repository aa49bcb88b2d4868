import type { Scope } from './scope.ts';
import { isSecretValue } from './value.ts';

/** The name of a form part (RFC 7578, section 4.2). */
const NAME = /^content-disposition:[^\n]*?[;\s]name\*?=(?:"((?:[^"\\\n]|\\.)*)"|([^\s;]+))/im;
const FILE_TYPE = /^content-type:\s*(?:image|audio|video|font|application\/(?:octet-stream|pdf|zip|gzip))/im;

/** Replaces parts with a secret's name by tokens. Other parts are searched, unless they are binary files. */
export function redactMultipart(text: string, boundary: string | undefined, scope: Scope): string {
  const delimiter = boundary === undefined ? /^--[^\r\n]{1,70}/.exec(text)?.[0] : `--${boundary}`;
  if (delimiter === undefined || delimiter === '--') return scope.redact(text);
  return text
    .split(delimiter)
    .map((part) => redactPart(part, scope))
    .join(delimiter);
}

/** From the end of a delimiter to the next one, or to the end of a cut text. */
function redactPart(part: string, scope: Scope): string {
  const blank = /\r?\n\r?\n/.exec(part);
  if (blank === null) return scope.redact(part);
  const contentAt = blank.index + blank[0].length;
  const head = part.slice(0, contentAt);
  const content = part.slice(contentAt).replace(/\r?\n$/, '');
  const end = part.slice(contentAt + content.length);
  const [, quoted, bare] = NAME.exec(head) ?? [];
  const rule = scope.parameter(quoted ?? bare ?? '');
  if (rule !== undefined && isSecretValue(content, rule))
    return scope.redact(head) + scope.secrets.hide(content, rule) + end;
  return scope.redact(head) + (FILE_TYPE.test(head) ? content : scope.redact(content)) + end;
}
