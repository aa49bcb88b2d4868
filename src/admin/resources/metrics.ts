import { Registry } from 'prom-client';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, text } from '../endpoint.ts';

export function metrics({ exposition }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/metrics',
      access: 'guarded',
      summary: 'All metrics in the Prometheus text format.',
      answer: text(Registry.PROMETHEUS_CONTENT_TYPE),
      handle: exposition,
    }),
  ];
}
