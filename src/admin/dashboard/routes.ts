import { count, duration, signedDuration } from '../../lib/figures.ts';
import { type LatencyRow, latencyRows } from '../../results/latency-rows.ts';
import { certaintyInWords, crowdedInWords, measuredAgainst, shiftInWords } from '../../results/latency-shift.ts';
import type { Results, RouteResults } from '../../results/results.ts';
import { routeInWords } from '../../results/service-words.ts';
import { type Content, type Html, html } from './html.ts';
import { overviewLink } from './links.ts';
import { OUTCOME_TITLES, outcomeCells } from './services.ts';
import { table } from './table.ts';

type Shown = Pick<Results, 'services' | 'routes'>;

const NOTHING = html`<p class="faint">None yet.</p>`;

export function routeTable({ services, routes }: Shown): Html {
  if (routes.length === 0) return NOTHING;
  const several = services.length > 1;
  const rows = routes.map(({ service, route, ...counted }) => {
    const link = overviewLink({ ...(several && { service }), route });
    return html`<tr>${several && html`<td>${service}`}<td class="name"><a href="${link}">${route}</a>${outcomeCells(counted)}`;
  });
  return table('Routes', html`<tr>${several && html`<th>service`}<th>route${OUTCOME_TITLES}`, rows);
}

/** To the last byte: which routes are slower or faster, the figures, and what is excluded from them. */
export function latencies({ services, routes }: Shown): Content {
  const several = services.length > 1;
  return [
    routes.map(
      ({ shift, ...route }) =>
        shift &&
        html`<p class="shift">${nameOf(route, several)}: ${shiftInWords(shift)}, ${certaintyInWords(shift)}</p>`,
    ),
    latencyTable(latencyRows(routes), several),
    routes.map(
      ({ latency, crowded, ...route }) =>
        crowded &&
        html`<p class="faint">${nameOf(route, several)}: ${crowdedInWords(crowded, measuredAgainst(latency))}</p>`,
    ),
  ];
}

function nameOf(route: Pick<RouteResults, 'service' | 'route'>, several: boolean): string {
  return routeInWords(route, several);
}

function latencyTable(rows: readonly LatencyRow[], several: boolean): Html {
  if (rows.length === 0) return NOTHING;
  return table(
    'Latency',
    html`<tr>${several && html`<th>service`}<th>route<th>leg<th class="number">measured<th class="number">p50<th class="number">p90<th class="number">p99`,
    rows.map(({ service, route, of, count: measured, p50, p90, p99 }) => {
      const show = of === 'delta' ? signedDuration : duration;
      const quantiles = [p50, p90, p99].map((value) => html`<td class="number">${show(value)}`);
      return html`<tr>${several && html`<td>${service}`}<td class="name">${route}<td>${of}<td class="number">${count(measured)}${quantiles}`;
    }),
  );
}
