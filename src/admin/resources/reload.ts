import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';

export function reload({ reload: load }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/reload',
      access: 'guarded',
      summary: 'Loads the configuration file again. It takes effect as a whole, or not at all.',
      answer: json(z.strictObject({ generation: z.int().nonnegative() })),
      problems: ['config_invalid'],
      async handle() {
        const result = await load();
        if (result.ok) return { generation: result.generation };
        const { problems } = result;
        throw new Problem('config_invalid', 'The configuration in force was not changed.', {
          extensions: { problems },
        });
      },
    }),
  ];
}
