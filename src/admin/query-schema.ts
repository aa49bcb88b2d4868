/** What queries are made of. */
import * as z from 'zod';
import type { TimeWindow } from '../model/store-reader.ts';

/** A whole number in a query, digits only: `Number` would read an empty text as 0. */
export function queryInteger(least: number, most: number) {
  const read = (text: unknown) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text);
  return z.preprocess(read, z.int().min(least).max(most));
}

const moment = queryInteger(0, Number.MAX_SAFE_INTEGER).exactOptional().describe('Milliseconds since 1970.');
export const timeWindow = z.strictObject({ from: moment, to: moment });

/** The window of a query, apart from what else it asks. */
export function windowOf({
  from,
  to,
}: {
  readonly from: number | undefined;
  readonly to: number | undefined;
}): TimeWindow {
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}

export const routeOnly = z.string().exactOptional().describe('Only this route.');

/** Which results a query is about. */
export const scopeMembers = {
  service: z.string().exactOptional().describe('Only this service.'),
  rehearsal: z
    .string()
    .exactOptional()
    .describe('Id, version or label of a rehearsal. Without it, the present one of each service.'),
};

/** What a list shows of what it has. */
export const pageMembers = {
  offset: queryInteger(0, 1_000_000).exactOptional().describe('How many rows to leave out. Default 0.'),
  limit: queryInteger(1, 1000).exactOptional().describe('The most rows. Default 100.'),
};

export const USUAL_PAGE = { offset: 0, limit: 100 } as const;

export const textMember = z.string().max(500).exactOptional();

/** One of these words, or several of them, in a parameter that may be repeated. */
export function someOf<const Words extends readonly string[]>(words: Words) {
  const one = z.enum(words);
  return z.union([one.transform((word) => [word]), z.array(one)]).exactOptional();
}
