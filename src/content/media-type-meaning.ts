import { isJsonType, type MediaType, parseMediaType } from './media-type.ts';

/*
 * A media type in canonical form. JSON is UTF-8, so a charset is dropped (RFC 8259, sections 8.1 and 11). A multipart
 * boundary is new for each body, so only its presence counts.
 */

/** Undefined for a value that is not a media type. */
export function mediaTypeMeaning(value: string): string | undefined {
  const type = parseMediaType(value);
  return type && [type.essence, ...parametersOf(type)].join('; ');
}

/**
 * Whether two types differ only in that one names the charset that is the default anyway: UTF-8, or its subset
 * US-ASCII.
 */
export function isCharsetMerelyNamed(left: string, right: string): boolean {
  const [l, r] = [parseMediaType(left), parseMediaType(right)];
  if (l === undefined || r === undefined || l.essence !== r.essence) return false;
  if (withoutCharset(l) !== withoutCharset(r)) return false;
  const [leftCharset, rightCharset] = [charsetOf(l), charsetOf(r)];
  if (leftCharset === rightCharset) return false;
  return leftCharset === undefined ? isAssumed(rightCharset) : rightCharset === undefined && isAssumed(leftCharset);
}

function isAssumed(charset: string | undefined): boolean {
  return charset === 'utf-8' || charset === 'us-ascii';
}

function withoutCharset(type: MediaType): string {
  return parametersOf(type)
    .filter((parameter) => !parameter.startsWith('charset='))
    .join('; ');
}

/** Sorted, since their order has no meaning. */
function parametersOf(type: MediaType): readonly string[] {
  return [...type.parameters]
    .flatMap(([name, value]) => {
      if (name === 'boundary' && type.essence.startsWith('multipart/')) return [name];
      if (name !== 'charset') return [`${name}=${JSON.stringify(value)}`];
      const charset = charsetOf(type);
      return charset === 'utf-8' && isJsonType(type) ? [] : [`charset=${charset}`];
    })
    .sort();
}

function charsetOf({ parameters }: MediaType): string | undefined {
  const charset = parameters.get('charset')?.toLowerCase();
  return charset === 'utf8' ? 'utf-8' : charset;
}
