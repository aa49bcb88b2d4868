/** Words in segments that are followed by a token: `/reset/…`, `/sessions/…`, `/verify-email/…`, `/resetPassword/…`. */
const ANNOUNCING = new Set(
  (
    'reset token tokens session sessions password passwords verify verification confirm confirmation activate activation ' +
    'invite invites invitation invitations magic recover recovery unsubscribe secret secrets otp auth login signin jwt apikey keys key'
  ).split(' '),
);
const LONGEST = 40;
/** What separates the words of a name, in any style. */
const BETWEEN_WORDS = /[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/;

/**
 * Whether a segment is a token, judged by its shape and by the one or two segments before it (`/verify/email/…`). A
 * token is a secret, and must not become part of a name.
 */
export function isPathToken(segments: readonly string[], at: number): boolean {
  const [segment = '', before = '', earlier = ''] = [segments[at], segments[at - 1], segments[at - 2]];
  if (!isOpaque(segment) || segment.startsWith(':')) return false;
  return announces(before) || (/^[a-z-]+$/.test(before) && announces(earlier));
}

/**
 * Whether a text looks generated rather than chosen by a person: it has digits between letters, or is long without
 * spaces.
 */
export function isOpaque(text: string): boolean {
  if (text.length < 8 || /[\s/]/.test(text)) return false;
  const digits = text.replaceAll(/\D/g, '').length;
  return digits === text.length
    ? digits >= 16
    : digits >= 2 || (text.length >= 24 && /[A-Z]/.test(text) && /[a-z]/.test(text));
}

function announces(segment: string): boolean {
  if (segment === '' || segment.length > LONGEST) return false;
  return segment.split(BETWEEN_WORDS).some((word) => ANNOUNCING.has(word.toLowerCase()));
}
