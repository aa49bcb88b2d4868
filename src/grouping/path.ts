/**
 * The segments of a path or a template, as matchers see them: a normalized reading, never what is forwarded. It is the
 * part before `?`, escapes of unreserved characters decoded, `.` and `..` resolved, empty segments and `;parameters`
 * left out. So `/api/%6frders` and `/x/../api//orders` are `/api/orders`, while `%2F` stays inside its segment.
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
    } else if (code === PERCENT || code === SEMICOLON || (code === DOT && at === start)) {
      return normalized(target);
    }
  }
  return segments;
}

const SLASH = 0x2f;
const QUERY = 0x3f;
const PERCENT = 0x25;
const SEMICOLON = 0x3b;
const DOT = 0x2e;

function normalized(target: string): string[] {
  const query = target.indexOf('?');
  const segments: string[] = [];
  for (const raw of (query < 0 ? target : target.slice(0, query)).split('/')) {
    const segment = decodeUnreserved(raw.includes(';') ? raw.slice(0, raw.indexOf(';')) : raw);
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  return segments;
}

/** RFC 3986, section 6.2.2.2: escapes of unreserved characters mean the characters; others keep their meaning, in upper case. */
function decodeUnreserved(segment: string): string {
  if (!segment.includes('%')) return segment;
  return segment.replace(/%([0-9a-f]{2})/gi, (escaped, hex: string) => {
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escaped.toUpperCase();
  });
}
