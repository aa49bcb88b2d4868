/** A table of the API of which filters, order and page are in the address, so that any view of it can be linked to. */
import type { Paging, Sorting } from '../components/table.tsx';
import type { Query } from '../data/query.ts';
import { type Changes, go, here, usePlace } from '../shell/location.ts';
import { useScope } from '../shell/scope.ts';

interface ListingOptions {
  /** Parameters of the page that are those of the API, too. */
  readonly filters: readonly string[];
  /** By what it is sorted where the address says nothing. */
  readonly sort: string;
  /** So many rows a page. */
  readonly rows: number;
}

export interface Listing {
  /** What the API is asked. */
  readonly question: Query;
  readonly isFiltered: boolean;
  /** The address of the same table without its filters. */
  readonly unfiltered: string;
  /** What its `Table` needs. `total`: how many rows there are on all pages. */
  readonly shown: (total: number) => {
    readonly sorting: Sorting;
    readonly onSort: (sorting: Sorting) => void;
    readonly paging: Paging;
  };
}

export function useListing({ filters, sort, rows }: ListingOptions): Listing {
  const { query } = usePlace();
  const scope = useScope();
  const offset = Number(query.get('offset') ?? 0);
  const by = query.get('sort') ?? sort;
  const order = query.get('order') === 'asc' ? 'asc' : 'desc';
  const asked = Object.fromEntries(filters.map((name) => [name, query.get(name) ?? undefined]));
  return {
    question: { ...scope, ...asked, sort: by, order, limit: rows, offset },
    isFiltered: filters.some((name) => query.has(name)),
    unfiltered: here({ ...without(filters), offset: undefined }),
    shown: (total) => ({
      sorting: { by, order },
      onSort: (other) => go(here({ sort: other.by, order: other.order, offset: undefined })),
      paging: { offset, limit: rows, total, onPage: (next) => go(here({ offset: next || undefined })) },
    }),
  };
}

function without(filters: readonly string[]): Changes {
  return Object.fromEntries(filters.map((name) => [name, undefined]));
}
