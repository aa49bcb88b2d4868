import { count, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { RouteNoise } from '../results/noise.ts';

/** What differs by itself, as rules for the configuration: by route, with the evidence in comments. */
export function renderNoise(routes: readonly RouteNoise[]): string {
  if (routes.length === 0) return '# Nothing was recorded that differs by itself.\n';
  const intro = '# What differs by itself, as rules. Copy those you agree with: a rule accepts more than noise does.';
  return `${[intro, ...routes.map(routeText)].join('\n\n')}\n`;
}

function routeText({ route, count: exchanges, places, proposal }: RouteNoise): string {
  return [
    `# ${printable(route)}: noise alone in ${plural(exchanges, 'exchange')}`,
    ...places.map((place) => `#   ${printable(place.path)} (${place.kind}) in ${count(place.count)} of them`),
    ...(proposal === undefined
      ? ['# no example is left to try rules on']
      : proposal.trimEnd().split('\n').map(printable)),
  ].join('\n');
}
