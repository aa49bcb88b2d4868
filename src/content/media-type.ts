import { splitOutsideQuotes } from './fields.ts';

/** A parsed Content-Type (RFC 9110, section 8.3.1). Names in lower case; parameter values unquoted. */
export interface MediaType {
  /** `application/json`. */
  readonly essence: string;
  /** `json` of `application/problem+json`; absent without a plus sign. */
  readonly suffix?: string;
  readonly parameters: ReadonlyMap<string, string>;
}

/** `application/json`, `text/json`, `application/problem+json`, `application/x-amz-json-1.1`. */
const JSON_TYPE = /[/.+-]json(?:$|[.+-])/;

export function isJsonType({ essence }: MediaType): boolean {
  return JSON_TYPE.test(essence);
}

/** Undefined where there is no type, or it is malformed. */
export function parseMediaType(contentType: string | undefined): MediaType | undefined {
  if (contentType === undefined) return undefined;
  const [type = '', ...rest] = splitOutsideQuotes(contentType, ';');
  const essence = type.toLowerCase();
  if (!/^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+$/.test(essence)) return undefined;
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const equals = part.indexOf('=');
    if (equals > 0)
      parameters.set(part.slice(0, equals).trimEnd().toLowerCase(), unquoted(part.slice(equals + 1).trimStart()));
    else if (equals < 0 && part !== '') parameters.set(part.toLowerCase(), '');
  }
  const plus = essence.lastIndexOf('+');
  return { essence, parameters, ...(plus < 0 ? {} : { suffix: essence.slice(plus + 1) }) };
}

export function unquoted(value: string): string {
  return value.length >= 2 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(.)/gs, '$1')
    : value;
}
