/** Runs a parser over a stream of messages, and tells what it has said. */

import type { Leniency } from '../../../../src/config/target-types.ts';
import { responseParser } from '../../../../src/wire/http1/lenient-parser.ts';
import type { MessageHandler, ParsedRequest, ParsedResponse } from '../../../../src/wire/http1/message.ts';
import { RequestParser } from '../../../../src/wire/http1/parser.ts';
import type { HeadLimits } from '../../../../src/wire/message.ts';

export const LIMITS: HeadLimits = { headerBytes: 65_536, headerCount: 256, targetBytes: 16_384 };

export type Event<Head> =
  | { readonly head: Head }
  | { readonly body: string }
  | { readonly end: readonly string[] }
  | { readonly error: string };

class Notes<Head> implements MessageHandler<Head> {
  readonly events: Event<Head>[] = [];

  onHead(head: Head): void {
    this.events.push({ head });
  }

  /** Neighboring chunks are one: how a body is cut into chunks is not part of the message. */
  onBody(chunk: Buffer): void {
    const last = this.events.at(-1);
    const text = chunk.toString('latin1');
    if (last !== undefined && 'body' in last) this.events[this.events.length - 1] = { body: last.body + text };
    else this.events.push({ body: text });
  }

  onEnd(trailers: readonly string[]): void {
    this.events.push({ end: trailers });
  }
}

type Parser<Head> = {
  push(input: Buffer): number;
  finish(): boolean;
  free(): void;
  readonly error: { readonly kind: string };
} & { readonly head?: Head };

function run<Head>(parser: Parser<Head>, notes: Notes<Head>, pieces: readonly string[]): Event<Head>[] {
  const consume = (): boolean => {
    for (const piece of pieces) {
      for (let rest = Buffer.from(piece, 'latin1'); rest.length > 0; ) {
        const taken = parser.push(rest);
        if (taken < 0) return false;
        rest = rest.subarray(taken);
      }
    }
    return parser.finish();
  };
  if (!consume()) notes.events.push({ error: parser.error.kind });
  parser.free();
  return notes.events;
}

/** The events of a stream of requests that arrives in these pieces and then ends. */
export function requests(pieces: readonly string[], limits = LIMITS): Event<ParsedRequest>[] {
  const notes = new Notes<ParsedRequest>();
  return run(new RequestParser(notes, limits), notes, pieces);
}

/** The same for responses; each answers a request with this method. */
export function responses(
  pieces: readonly string[],
  answersTo = 'GET',
  limits = LIMITS,
  lenient: readonly Leniency[] = [],
): Event<ParsedResponse>[] {
  const notes = new Notes<ParsedResponse>();
  const parser = responseParser(notes, limits, lenient);
  parser.answersTo = answersTo;
  return run(parser, notes, pieces);
}

/** `text`, cut at these offsets. */
export function cut(text: string, offsets: readonly number[]): string[] {
  const at = [0, ...[...new Set(offsets)].sort((one, other) => one - other), text.length];
  return at.slice(1).map((to, index) => text.slice(at[index], to));
}
