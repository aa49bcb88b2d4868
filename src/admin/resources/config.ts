import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';

export function config({ config: read }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/config',
      access: 'guarded',
      summary: 'The configuration in force, with defaults and without secrets.',
      answer: json(z.unknown()),
      handle: () => read(),
    }),
  ];
}
