/** The request as a shadow gets it: the client's request with the marker and the configured changes. */
import type { Target } from '../config/target-types.ts';
import type { MirrorConfig } from '../config/types.ts';
import { withOwnSpan } from '../lib/trace-context.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import type { Fields, ForwardedRequest } from '../model/exchange.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import { changesAnything, changesOf, rewriteHead } from '../wire/rewriting.ts';

/** Makes the function that turns the head of a forwarded request into the copy's. Made once per target. */
export function copyHead(
  target: Target,
  headers: MirrorConfig['headers'],
  marker: string,
): (forwarded: ForwardedRequest) => OutgoingRequest {
  const configured = changesOf(target, headers);
  const unchanged = !changesAnything(configured);
  const changes = { ...configured, added: [...configured.added, COPY_MARKER, marker] };
  return (forwarded) => {
    const fields = ownFields(forwarded.fields);
    const head = { ...forwarded, fields, offered: '' };
    if (!unchanged) return rewriteHead(head, changes);
    fields.push(COPY_MARKER, marker);
    return head;
  };
}

function ownFields(fields: Fields): string[] {
  const own: string[] = [];
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    const value = fields[at + 1]!;
    // The whole body is at hand, so Expect is not needed.
    if (name.length === 6 && name.toLowerCase() === 'expect') continue;
    own.push(name, name.length === 11 && name.toLowerCase() === 'traceparent' ? withOwnSpan(value) : value);
  }
  return own;
}
