import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { mirrorState } from '../mirror-schema.ts';

const enabled = z.strictObject({ enabled: z.boolean() });

/**
 * The kill switch. It stays as set until it is changed or the process ends. At the next start the configuration
 * decides.
 */
export function mirror({ mirror: { get, set } }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/mirror',
      access: 'guarded',
      summary: 'Whether requests are mirrored, and what is paused.',
      answer: json(mirrorState),
      handle: get,
    }),
    endpoint({
      method: 'PUT',
      path: '/api/v1/mirror',
      access: 'guarded',
      summary: 'Stops or resumes mirroring. Clients are served in either case.',
      body: enabled,
      answer: json(mirrorState),
      handle({ body }) {
        set(body.enabled);
        return get();
      },
    }),
  ];
}
