import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { explanation } from '../explanation-schema.ts';
import { Problem } from '../problem.ts';

export function explanations({ store, ask, comparedUnder, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/exchanges/{id}/explanation',
      access: 'guarded',
      summary:
        'One recorded exchange compared again under the present rules of its route: each step, what every rule did, and the narrowest rules that would accept what is left. Changes nothing.',
      answer: json(explanation),
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id } }) {
        const recorded = await store.exchange(id!);
        if (recorded === undefined) throw new Problem('not_found', 'No recorded exchange has this id.');
        const { route, marker } = comparedUnder(recorded);
        const { name, compare } = route;
        const explained = await ask('explanation', {
          exchange: recorded,
          route: { name, compare },
          marker,
          now: now(),
        });
        if (explained === undefined) throw new Problem('not_found', 'Nothing was compared: a leg gave no response.');
        const { steps } = explained;
        return {
          ...explained,
          steps: steps.slice(0, MOST_STEPS),
          furtherSteps: Math.max(0, steps.length - MOST_STEPS),
        };
      },
    }),
  ];
}

/** More are no help to a person. */
const MOST_STEPS = 500;
