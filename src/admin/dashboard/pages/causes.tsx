import { Empty, ShownRows } from '../components/states.tsx';
import type { Sorting } from '../components/table.tsx';
import type { CausesAnswer } from '../data/answers.ts';
import { useKept } from '../data/kept.ts';
import { useResource } from '../data/resources.ts';
import { go, here, usePlace } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';
import { useScope } from '../shell/scope.ts';
import { CauseFilters } from './causes/filters.tsx';
import { CauseTable } from './causes/table.tsx';

const ROWS = 50;
/** Parameters of the page that are those of the API, too. */
const FILTERS = ['text', 'route', 'kind', 'novelty', 'repeated'] as const;

export function CausesPage() {
  const { query } = usePlace();
  const scope = useScope();
  const state = query.get('state') ?? 'open';
  const offset = Number(query.get('offset') ?? 0);
  const sorting = sortingIn(query);
  const rows = useKept(
    useResource<CausesAnswer>('causes', {
      ...scope,
      ...Object.fromEntries(FILTERS.map((name) => [name, query.get(name) ?? undefined])),
      state: state === 'all' ? undefined : state,
      sort: sorting.by,
      order: sorting.order,
      limit: ROWS,
      offset,
    }),
  );
  const isFiltered = FILTERS.some((name) => query.has(name));
  return (
    <Page title="Causes">
      <CauseFilters states={rows.resource.state === 'ready' ? rows.resource.value.states : undefined} />
      <ShownRows of={rows}>
        {({ causes, total, complete, states }) => (
          <>
            {total === 0 ? (
              <NoCauses isFiltered={isFiltered} state={state} states={states} />
            ) : (
              <CauseTable
                name="Causes"
                causes={causes}
                sorting={sorting}
                onSort={({ by, order }) => go(here({ sort: by, order, offset: undefined }))}
                paging={{ offset, limit: ROWS, total, onPage: (next) => go(here({ offset: next || undefined })) }}
              />
            )}
            {!complete && <p class="faint">There are more signatures than are read: the rarest are left out.</p>}
          </>
        )}
      </ShownRows>
    </Page>
  );
}

function sortingIn(query: URLSearchParams): Sorting {
  return { by: query.get('sort') ?? 'severity', order: query.get('order') === 'asc' ? 'asc' : 'desc' };
}

function NoCauses({
  isFiltered,
  state,
  states,
}: {
  readonly isFiltered: boolean;
  readonly state: string;
  readonly states: CausesAnswer['states'];
}) {
  if (isFiltered) {
    return (
      <Empty title="No cause fits these filters.">
        <p>
          <a href="/causes">Show all open causes</a>
        </p>
      </Empty>
    );
  }
  if (state === 'open' && states.expected + states.fixed > 0) {
    return (
      <Empty title="Nothing is open.">
        <p>
          <a href={here({ state: 'all' })}>Show what is expected or fixed</a>
        </p>
      </Empty>
    );
  }
  return (
    <Empty title="No differences were found.">
      <p>Whatever differs between the primary and the shadow is listed here, one row for each cause.</p>
    </Empty>
  );
}
