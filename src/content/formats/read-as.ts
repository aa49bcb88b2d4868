import type { Body, Format, Reading } from './format.ts';

/** Reads a body as one of a format. A fault of the reader, or of the parser that it uses, is a problem of the body. */
export function readAs(format: Format, body: Body): Reading {
  try {
    return format.read(body);
  } catch (error) {
    return { problem: `reading failed (${error instanceof Error ? error.message : String(error)})` };
  }
}
