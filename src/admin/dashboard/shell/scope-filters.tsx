import { momentText, utcText } from '../components/time.tsx';
import type { RehearsalsAnswer, ServicesAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { go, rescoped, usePlace } from './location.ts';
import { RANGES, type Range, rangeIn } from './range.ts';

/** Service and rehearsal, where there are several, and the time range. */
export function ScopeFilters({ of }: { readonly of: 'results' | 'service' }) {
  const { query } = usePlace();
  const service = query.get('service') ?? '';
  return (
    <fieldset class="scope" aria-label="What is shown">
      <ServiceFilter service={service} />
      {of === 'results' && <RehearsalFilter service={service} rehearsal={query.get('rehearsal') ?? ''} />}
      {of === 'results' && <RangeFilter range={rangeIn(query)} />}
    </fieldset>
  );
}

function ServiceFilter({ service }: { readonly service: string }) {
  const known = useResource<ServicesAnswer>('services');
  const names = known.state === 'ready' ? known.value.services.map((each) => each.service) : [];
  if (names.length < 2 && service === '') return null;
  return (
    <label>
      Service
      <select
        value={service}
        onChange={({ currentTarget }) => go(rescoped({ service: currentTarget.value, rehearsal: undefined }))}
      >
        <option value="">all</option>
        {withPresent(names, service).map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function RehearsalFilter({ service, rehearsal }: { readonly service: string; readonly rehearsal: string }) {
  const known = useResource<RehearsalsAnswer>('rehearsals', { service });
  const rows = known.state === 'ready' ? known.value.rehearsals : [];
  const services = new Set(rows.map((row) => row.service));
  // Of several services each has its own rehearsals: one of them is no filter for all.
  if ((rows.length < 2 || services.size > 1) && rehearsal === '') return null;
  const begun = rows.find(({ id, state }) => (rehearsal === '' ? state === 'present' : id === rehearsal));
  return (
    <label>
      Rehearsal
      <select
        value={rehearsal}
        title={begun && `from ${utcText(begun.begunAt)}`}
        onChange={({ currentTarget }) => go(rescoped({ rehearsal: currentTarget.value }))}
      >
        <option value="">present</option>
        {rehearsal !== '' && !rows.some(({ id }) => id === rehearsal) && <option value={rehearsal}>{rehearsal}</option>}
        {rows.map(({ id, version, label, begunAt, state }) => (
          <option key={id} value={id} title={`from ${utcText(begunAt)}`}>
            {[version ?? label ?? id, version && label, `from ${momentText(begunAt, Date.now())}`, state]
              .filter(Boolean)
              .join(' · ')}
          </option>
        ))}
      </select>
    </label>
  );
}

function RangeFilter({ range }: { readonly range: Range }) {
  const value = typeof range === 'object' ? 'own' : range;
  return (
    <label>
      Time
      <select
        value={value}
        title={typeof range === 'object' ? `${utcText(range.from)} – ${utcText(range.to)}` : undefined}
        onChange={({ currentTarget }) =>
          go(
            rescoped({
              range: currentTarget.value === 'all' ? undefined : currentTarget.value,
              from: undefined,
              to: undefined,
            }),
          )
        }
      >
        <option value="all">Whole rehearsal</option>
        {Object.entries(RANGES).map(([name, { name: title }]) => (
          <option key={name} value={name}>
            {title}
          </option>
        ))}
        {typeof range === 'object' && (
          <option value="own">
            {momentText(range.from, Date.now())} – {momentText(range.to, Date.now())}
          </option>
        )}
      </select>
    </label>
  );
}

/** What the URL names is shown as chosen, also where it is not known any more. */
function withPresent(names: readonly string[], present: string): readonly string[] {
  return present === '' || names.includes(present) ? names : [...names, present];
}
