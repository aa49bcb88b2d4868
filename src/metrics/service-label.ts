import { DEFAULT_SERVICE } from '../model/service.ts';

/** No label where the configuration names no services. */
export function serviceLabel(service: string | undefined): { readonly service?: string } {
  return service === undefined || service === DEFAULT_SERVICE ? {} : { service };
}
