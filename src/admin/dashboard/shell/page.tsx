import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { printable } from '../../../lib/printable.ts';
import { ScopeFilters } from './scope-filters.tsx';

export interface PageProps {
  readonly title: string;
  /** Beside the heading. */
  readonly aside?: ComponentChildren;
  /** Which filters there are: `results` has service, rehearsal and time. Default: `results`. */
  readonly filters?: 'results' | 'service';
  readonly children: ComponentChildren;
}

/** A page's heading and content; its title is the document's, too. */
export function Page({ title, aside, filters = 'results', children }: PageProps) {
  useEffect(() => {
    document.title = `${printable(title)} · Understudy`;
  }, [title]);
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{printable(title)}</h1>
        {aside}
        <ScopeFilters of={filters} />
      </div>
      {children}
    </>
  );
}
