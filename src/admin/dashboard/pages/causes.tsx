import { ShownRows } from '../components/states.tsx';
import type { CausesAnswer } from '../data/answers.ts';
import { useKept } from '../data/kept.ts';
import { useResource } from '../data/resources.ts';
import { usePlace } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';
import { CauseFilters } from './causes/filters.tsx';
import { NoCauses } from './causes/no-causes.tsx';
import { CauseTable } from './causes/table.tsx';
import { useListing } from './listing.ts';

const LISTING = { filters: ['text', 'route', 'kind', 'novelty', 'repeated'], sort: 'severity', rows: 50 };

export function CausesPage() {
  const state = usePlace().query.get('state') ?? 'open';
  const { question, shown, ...filtered } = useListing(LISTING);
  const rows = useKept(
    useResource<CausesAnswer>('causes', { ...question, state: state === 'all' ? undefined : state }),
  );
  return (
    <Page title="Causes">
      <CauseFilters answer={rows.resource.state === 'ready' ? rows.resource.value : undefined} />
      <ShownRows of={rows}>
        {({ causes, total, complete, states }) => (
          <>
            <CauseTable name="Causes" causes={causes} {...shown(total)}>
              {total === 0 && <NoCauses state={state} states={states} {...filtered} />}
            </CauseTable>
            {!complete && <p class="faint">There are more signatures than are read: the rarest are left out.</p>}
          </>
        )}
      </ShownRows>
    </Page>
  );
}
