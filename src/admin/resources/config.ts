import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';

export function config({ config: read }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/config',
      access: 'guarded',
      summary: 'The configuration in force, defaults filled in and secrets taken out.',
      answer: json(z.unknown()),
      handle: () => read(),
    }),
  ];
}
