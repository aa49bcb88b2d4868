import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';

/**
 * Liveness: whether the process must be restarted. Readiness: whether it should get traffic. The shadow's health
 * changes neither.
 */
export function probes({ state }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/livez',
      access: 'open',
      summary: 'Whether the process works at all.',
      answer: json(z.strictObject({ status: z.literal('live') })),
      problems: ['not_live'],
      handle() {
        if (!state().live) throw new Problem('not_live', 'The process does not work and must be restarted.');
        return { status: 'live' as const };
      },
    }),
    endpoint({
      method: 'GET',
      path: '/readyz',
      access: 'open',
      summary: 'Whether clients may be sent here.',
      answer: json(z.strictObject({ status: z.literal('ready') })),
      problems: ['not_ready'],
      handle() {
        const { ok, reasons } = state().ready;
        if (!ok) throw new Problem('not_ready', reasons.join('; '), { extensions: { reasons } });
        return { status: 'ready' as const };
      },
    }),
  ];
}
