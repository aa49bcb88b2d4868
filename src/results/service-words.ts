import { DEFAULT_SERVICE, NO_SERVICE } from '../model/service.ts';
import type { ServiceRow } from '../model/store-reader.ts';

/** A sentence that says why a service is not compared; undefined if its requests are copied. */
export function unmirroredInWords({ service, state }: ServiceRow): string | undefined {
  if (service === NO_SERVICE) return 'Requests that belong to no service are not mirrored.';
  const name = service === DEFAULT_SERVICE ? 'The service' : `The service ${service}`;
  if (state === 'not_mirrored') return `${name} is not mirrored: it has no shadow.`;
  return state === 'gone' ? `The service ${service} is not configured any more.` : undefined;
}

/** `checkout`; `checkout of orders` if there are several services. */
export function routeInWords(
  { service, route }: { readonly service: string; readonly route: string },
  several: boolean,
): string {
  return several ? `${route} of ${service}` : route;
}
