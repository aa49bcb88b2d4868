/** The request as a shadow gets it: what the client asked for, with the marker and what the configuration changes. */
import type { Target } from '../config/target-types.ts';
import type { MirrorConfig } from '../config/types.ts';
import { withOwnSpan } from '../lib/trace-context.ts';
import { COPY_MARKER } from '../model/copy-marker.ts';
import { changesAnything, changesOf, rewriteHead } from '../wire/rewriting.ts';

/** Makes the function that turns the text of a forwarded head into the copy's. Made once per target. */
export function copyText(target: Target, headers: MirrorConfig['headers'], marker: string): (text: string) => string {
  const markerLine = `${COPY_MARKER}: ${marker}\r\n`;
  const configured = changesOf(target, headers);
  const unchanged = !changesAnything(configured);
  const changes = {
    ...configured,
    // The whole body is at hand, so there is nothing to ask leave for.
    removed: new Set([...configured.removed, 'expect']),
    added: configured.added + markerLine,
  };
  return (forwarded) => {
    const text = withOwnSpan(forwarded);
    if (unchanged && !/\r\nexpect:/i.test(text)) return `${text.slice(0, -2)}${markerLine}\r\n`;
    return rewriteHead(text, changes);
  };
}
