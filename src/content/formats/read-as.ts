import type { Body, Format, Reading } from './format.ts';

/** Reads a body in a format. An exception in the reader or its parser is returned as a problem. */
export function readAs(format: Format, body: Body): Reading {
  try {
    return format.read(body);
  } catch (error) {
    return { problem: `reading failed (${error instanceof Error ? error.message : String(error)})` };
  }
}
