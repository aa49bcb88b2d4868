import * as z from 'zod';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { describeApi } from '../openapi.ts';

/** @param endpoints all of them; read at the first request. */
export function openapi(endpoints: readonly Endpoint[]): Endpoint {
  let description: Record<string, unknown> | undefined;
  return endpoint({
    method: 'GET',
    path: '/api/v1/openapi.json',
    access: 'guarded',
    summary: 'This description.',
    answer: json(z.record(z.string(), z.unknown())),
    handle() {
      description ??= describeApi(endpoints);
      return description;
    },
  });
}
