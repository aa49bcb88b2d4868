import { count, plural } from '../lib/figures.ts';
import type { Results, RouteResults } from './results.ts';

/** The most important facts in one sentence. */
export function headline({ totals, services, routes }: Pick<Results, 'totals' | 'services' | 'routes'>): string {
  if (totals.requests === 0) return 'No requests were recorded.';
  const size = sizeInWords({ totals, services, routes });
  const inState = (state: RouteResults['state']) => routes.filter((route) => route.state === state).length;
  const [clean, idle] = [inState('clean'), inState('idle')];
  if (idle === routes.length) return `${size}; nothing was compared`;
  const states = [
    clean === 0 ? 'no route is clean' : `${plural(clean, 'route')} clean`,
    ...(idle === 0 ? [] : [`nothing was compared on ${plural(idle, 'route')}`]),
  ];
  return `${[size, ...foundInWords(totals), ...slowerInWords(routes)].join(', ')}; ${states.join(', ')}`;
}

function sizeInWords({ totals, services, routes }: Pick<Results, 'totals' | 'services' | 'routes'>): string {
  const unanswered = totals.outcomes.find(({ ending }) => ending === 'primary_failed')?.count ?? 0;
  return [
    ...(services.length > 1 ? [plural(services.length, 'service')] : []),
    `${plural(routes.length, 'route')}, ${plural(totals.requests, 'request')}`,
    ...(unanswered === 0 ? [] : [`${plural(unanswered, 'failure')} of the primary`]),
  ].join(', ');
}

function foundInWords({ open, causes, expected, fixed }: Results['totals']): string[] {
  return [
    open.mismatches === 0
      ? 'no mismatches'
      : `${plural(open.mismatches, 'mismatch', 'mismatches')} of ${plural(causes, 'cause')}`,
    ...(open.failures === 0 ? [] : [`${plural(open.failures, 'failure')} of the shadow`]),
    ...(expected === 0 ? [] : [`${count(expected)} expected`]),
    ...(fixed === 0 ? [] : [`${count(fixed)} fixed`]),
  ];
}

function slowerInWords(routes: readonly RouteResults[]): string[] {
  const slower = routes.filter(({ shift }) => shift?.direction === 'slower').length;
  return slower === 0 ? [] : [`${plural(slower, 'route')} slower`];
}
