/** What queries are made of. */
import * as z from 'zod';

/** A whole number in a query, digits only: `Number` would read an empty text as 0. */
export function queryInteger(least: number, most: number) {
  const read = (text: unknown) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text);
  return z.preprocess(read, z.int().min(least).max(most));
}

const moment = queryInteger(0, Number.MAX_SAFE_INTEGER).exactOptional().describe('Milliseconds since 1970.');
export const timeWindow = z.strictObject({ from: moment, to: moment });

export const routeOnly = z.string().exactOptional().describe('Only this route.');

/** Which results a query is about. */
export const scopeMembers = {
  service: z.string().exactOptional().describe('Only this service.'),
  rehearsal: z
    .string()
    .exactOptional()
    .describe('Id, version or label of a rehearsal. Without it, the present one of each service.'),
};
