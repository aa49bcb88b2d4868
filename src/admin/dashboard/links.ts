/** The page of these results only. */
export function overviewLink(of: {
  readonly service?: string | undefined;
  readonly route?: string | undefined;
}): string {
  return withQuery('/', of);
}

/** The page of a signature; of one service, if several have it. */
export function signatureLink(
  id: string,
  of: { readonly service?: string | undefined; readonly example?: number },
): string {
  return withQuery(`/signatures/${encodeURIComponent(id)}`, of);
}

function withQuery(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  return given.length === 0 ? path : `${path}?${given.join('&')}`;
}
