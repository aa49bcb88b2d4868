/**
 * The segments of a path or a template in normalized form, for matching only: requests are forwarded unchanged. Taken
 * from the part before `?`. Escapes of unreserved characters are decoded, characters that must be escaped are escaped,
 * `.` and `..` are resolved, and empty segments and `;parameters` are left out. So `/api/%6frders` and
 * `/x/../api//orders` are `/api/orders`, while `%2F` stays inside its segment.
 */
export function pathSegments(target: string): string[] {
  const segments: string[] = [];
  let start = 0;
  for (let at = 0; at <= target.length; at++) {
    const code = at === target.length ? QUERY : target.charCodeAt(at);
    if (code === SLASH || code === QUERY) {
      if (at > start) segments.push(target.slice(start, at));
      if (code === QUERY) break;
      start = at + 1;
    } else if (IRREGULAR[code] === 1 || (code === DOT && at === start)) {
      return normalized(target);
    }
  }
  return segments;
}

const SLASH = 0x2f;
const QUERY = 0x3f;
const DOT = 0x2e;

/**
 * By character code: whether a path with it must be normalized. True for all characters but pchar (RFC 3986, section
 * 3.3), and for `%` and `;`. Braces are allowed for OpenAPI templates.
 */
const IRREGULAR = new Uint8Array(256).map((_, code) =>
  /[A-Za-z0-9\-._~!$&'()*+,=:@{}]/.test(String.fromCharCode(code)) ? 0 : 1,
);

function normalized(target: string): string[] {
  const query = target.indexOf('?');
  const segments: string[] = [];
  for (const raw of (query < 0 ? target : target.slice(0, query)).split('/')) {
    const segment = canonical(raw.includes(';') ? raw.slice(0, raw.indexOf(';')) : raw);
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

/** An escape, or a byte that is not a pchar. */
const ESCAPABLE = /%([0-9a-f]{2})|[^A-Za-z0-9\-._~!$&'()*+,=:@;%{}\u0100-\uFFFF]/gi;

/**
 * RFC 3986, section 6.2.2.2: escapes of unreserved characters become the characters; other escapes stay, in upper case.
 * Characters that must be escaped (section 2.1) are escaped, where a client hasn't done so.
 */
function canonical(segment: string): string {
  return segment.replace(ESCAPABLE, (part, hex: string | undefined) => {
    if (hex === undefined) return `%${part.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : part.toUpperCase();
  });
}
