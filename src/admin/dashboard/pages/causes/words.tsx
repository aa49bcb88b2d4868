/** Causes in words and badges, as all pages show them. */
import type { Place } from '../../../../model/difference.ts';
import type { CauseRow } from '../../../../results/cause-rows.ts';
import { placeInWords, statusesInWords } from '../../../../results/difference-words.ts';
import { endingInWords } from '../../../../results/outcome-groups.ts';
import { Badge } from '../../components/badge.tsx';
import { Code } from '../../components/recorded.tsx';
import type { Tone } from '../../components/tone.ts';

export function PlaceWords({ place }: { readonly place: Place }) {
  const { what, differs } = placeInWords(place);
  return (
    <>
      {place.kind === 'status' ? what : <Code text={what} />} {differs}
    </>
  );
}

/** A place of a cause; of the status, what became of what. */
export function CausePlace({ place, statuses }: { readonly place: Place } & Pick<CauseRow, 'statuses'>) {
  return place.kind === 'status' ? <>the status is {statusText(statuses)}</> : <PlaceWords place={place} />;
}

/** As text: `$.total has another value`. */
export function causeTitle({ places, ending, statuses }: CauseRow): string {
  const [first] = places;
  if (first === undefined) return `The shadow: ${endingInWords(ending).replace('shadow_', '')}`;
  const { what, differs } = placeInWords(first);
  if (first.kind === 'status') return `The status is ${statusText(statuses)}`;
  return `${what} ${differs}`;
}

function statusText(statuses: CauseRow['statuses']): string {
  const [first] = statuses;
  return first === undefined ? 'another' : statusesInWords(first.primary, first.shadow);
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
