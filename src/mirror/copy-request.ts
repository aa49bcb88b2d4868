/** The request as a shadow gets it: the client's request with the marker and the configured changes. */
import type { Target } from '../config/target-types.ts';
import type { MirrorConfig } from '../config/types.ts';
import { withOwnSpan } from '../lib/trace-context.ts';
import { addMarker, COPY_MARKER } from '../model/copy-marker.ts';
import type { Fields, ForwardedRequest } from '../model/exchange.ts';
import type { OutgoingRequest } from '../wire/message.ts';
import { changesAnything, changesOf, rewriteHead } from '../wire/rewriting.ts';

/** Makes the function that turns the head of a forwarded request into the copy's. Made once per target. */
export function copyHead(
  target: Target,
  headers: MirrorConfig['headers'],
  marker: string,
): (forwarded: ForwardedRequest) => OutgoingRequest {
  const changes = changesOf(target, headers);
  const unchanged = !changesAnything(changes);
  return (forwarded) => {
    const head = { ...forwarded, fields: copyFields(forwarded.fields, marker), offered: '' };
    return unchanged ? head : rewriteHead(head, changes);
  };
}

function copyFields(fields: Fields, marker: string): string[] {
  const own: string[] = [];
  let markers: string | undefined;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    const value = fields[at + 1]!;
    switch (name.length) {
      // The whole body is at hand, so Expect is not needed.
      case 'expect'.length:
        if (name.toLowerCase() !== 'expect') own.push(name, value);
        break;
      case 'traceparent'.length:
        own.push(name, name.toLowerCase() === 'traceparent' ? withOwnSpan(value) : value);
        break;
      case COPY_MARKER.length:
        if (name.toLowerCase() === COPY_MARKER) markers = addMarker(markers, value);
        else own.push(name, value);
        break;
      default:
        own.push(name, value);
    }
  }
  own.push(COPY_MARKER, addMarker(markers, marker));
  return own;
}
