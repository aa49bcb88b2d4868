/** Causes in words and badges, as all pages show them. */

import { count } from '../../../../lib/figures.ts';
import type { Place } from '../../../../model/difference.ts';
import type { CauseRow } from '../../../../results/cause-rows.ts';
import { causeInWords, changeOfStatus } from '../../../../results/cause-words.ts';
import { placeInWords } from '../../../../results/difference-words.ts';
import { Badge } from '../../components/badge.tsx';
import { Code } from '../../components/recorded.tsx';
import type { Tone } from '../../components/tone.ts';
import { RouteName } from '../route-name.tsx';

/** A place of a cause; of the status, what became of what. */
export function CausePlace({ place, statuses }: { readonly place: Place } & Pick<CauseRow, 'statuses'>) {
  if (place.kind === 'status') return <>the status is {changeOfStatus(statuses)}</>;
  const { what, isPath, differs } = placeInWords(place);
  return (
    <>
      {isPath ? <Code text={what} /> : what} {differs}
    </>
  );
}

/** Its gravest place, or how the shadow failed. */
export function CauseName({ cause }: { readonly cause: CauseRow }) {
  const [place] = cause.places;
  return place === undefined ? causeInWords(cause) : <CausePlace place={place} statuses={cause.statuses} />;
}

/** The first of its routes, and how many there are besides. */
export function RoutesOf({ cause: { service, routes } }: { readonly cause: Pick<CauseRow, 'service' | 'routes'> }) {
  const [first] = routes;
  return (
    <>
      {first && <RouteName service={service} route={first.route} />}
      {routes.length > 1 && <span class="faint"> and {count(routes.length - 1)} more</span>}
    </>
  );
}

const SEVERITY: Readonly<Record<CauseRow['severity'], { readonly tone: Tone; readonly says: string }>> = {
  schema: { tone: 'bad', says: 'schema' },
  status: { tone: 'bad', says: 'status' },
  failure: { tone: 'bad', says: 'failure' },
  value: { tone: 'warn', says: 'value' },
  added: { tone: 'info', says: 'addition' },
  order: { tone: 'info', says: 'order' },
  format: { tone: 'neutral', says: 'format' },
};

export function SeverityBadge({ severity }: Pick<CauseRow, 'severity'>) {
  const { tone, says } = SEVERITY[severity];
  return <Badge tone={tone}>{says}</Badge>;
}

const STATES: Readonly<Record<CauseRow['state'], Tone>> = { open: 'warn', expected: 'info', fixed: 'good' };

export function StateBadge({ cause }: { readonly cause: CauseRow }) {
  const again = cause.state === 'open' && cause.reopened !== undefined;
  return <Badge tone={STATES[cause.state]}>{again ? 'open again' : cause.state}</Badge>;
}

/** New or known, persistent or transient: what is not known is left out. */
export function Traits({ cause: { novelty, repeated } }: { readonly cause: CauseRow }) {
  const traits = [...(novelty === undefined ? [] : [novelty]), ...(repeated === undefined ? [] : [repeated.label])];
  return traits.length === 0 ? null : <span class="faint">{traits.join(', ')}</span>;
}
