import * as z from 'zod';
import { DIFFERENCE_KINDS } from '../../model/difference.ts';
import { SHADOW_FAILURES } from '../../model/outcome.ts';
import { TRIAGE_STATES } from '../../model/triage.ts';
import { CAUSE_ORDERS } from '../../results/cause-page.ts';
import { NOVELTIES } from '../../results/cause-rows.ts';
import { causeDetail, causePage, causeProposal } from '../cause-schema.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import {
  pageMembers,
  routeOnly,
  scopeMembers,
  someOf,
  textMember,
  timeWindow,
  USUAL_PAGE,
  windowOf,
} from '../query-schema.ts';

const of = timeWindow.extend({ ...scopeMembers, route: routeOnly });

const query = of.extend({
  text: textMember.describe(
    'Part of a path, a route, a status, an outcome, a reason, an owner, or of what a row says; case does not matter.',
  ),
  kind: someOf(DIFFERENCE_KINDS).describe('Only causes with a place of this kind; may be repeated.'),
  ending: someOf(['mismatch', ...SHADOW_FAILURES]).describe('Only this ending; may be repeated.'),
  state: someOf(TRIAGE_STATES).describe('Only this state; may be repeated.'),
  novelty: z.enum(NOVELTIES).exactOptional().describe('Only what the rehearsal before did not show, or did.'),
  repeated: z
    .enum(['persistent', 'transient'])
    .exactOptional()
    .describe('Only what repeated requests showed again, or did not (mirror.confirm).'),
  sort: z.enum(CAUSE_ORDERS).exactOptional().describe('Default severity.'),
  order: z
    .enum(['asc', 'desc'])
    .exactOptional()
    .describe('desc, the default: the most severe, frequent or recent first.'),
  ...pageMembers,
});

export function causes({ ask, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/causes',
      access: 'guarded',
      summary: 'The causes of the mismatches and of the failures of the shadow, one row each.',
      query,
      answer: json(causePage),
      problems: ['not_found', 'store_unusable'],
      handle({ query: { from, to, kind, ending, state, ...asked } }) {
        const filters = {
          ...(kind && { kinds: kind }),
          ...(ending && { endings: ending }),
          ...(state && { states: state }),
        };
        const usual = { ...USUAL_PAGE, sort: 'severity', order: 'desc' } as const;
        return ask('causes', { ...usual, ...asked, ...filters, window: windowOf({ from, to }), now: now() });
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/causes/{id}',
      access: 'guarded',
      summary: 'One cause with its signatures and examples. The id of a signature means its gravest cause.',
      query: of,
      answer: json(causeDetail),
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id }, query: { from, to, ...asked } }) {
        const found = await ask('cause', { id: id!, ...asked, window: windowOf({ from, to }), now: now() });
        if (found === undefined) throw new Problem('not_found', NO_CAUSE);
        return found;
      },
    }),
    endpoint({
      method: 'GET',
      path: '/api/v1/causes/{id}/proposal',
      access: 'guarded',
      summary: 'The narrowest rules that would accept what the examples of a cause show, and what each was tried on.',
      query: of,
      answer: json(causeProposal),
      problems: ['not_found', 'store_unusable'],
      async handle({ params: { id }, query: { from, to, ...asked } }) {
        const found = await ask('proposal', { id: id!, ...asked, window: windowOf({ from, to }), now: now() });
        if (found === undefined) throw new Problem('not_found', NO_CAUSE);
        return found;
      },
    }),
  ];
}

const NO_CAUSE = 'No cause has this id; its results may be deleted.';
