/** The parameters of what is asked of the API. */

/** `last` is known to the page alone: of the last so many milliseconds, whenever it is asked. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Absent parameters are left out; a list repeats its name. */
export function queryText(query: Query): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined || value === '') continue;
    for (const each of Array.isArray(value) ? value : [value]) params.append(name, String(each));
  }
  const text = params.toString();
  return text === '' ? '' : `?${text}`;
}

const MINUTE = 60_000;

/**
 * The same as the API understands it at this moment. A range up to now moves once a minute: results are kept by
 * minutes, and all that is asked within one is of the same time.
 */
export function askedAt({ last, ...query }: Query, now: number): Query {
  return typeof last === 'number' ? { ...query, from: Math.floor(now / MINUTE) * MINUTE - last } : query;
}
