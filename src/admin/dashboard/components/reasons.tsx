import type { ComponentChildren } from 'preact';
import { count } from '../../../lib/figures.ts';

const SHOWN = 3;

/** The gravest of several reasons; the rest is folded. */
export function Reasons({ items }: { readonly items: readonly ComponentChildren[] }) {
  const rest = items.slice(SHOWN);
  return (
    <div>
      <Items of={items.slice(0, SHOWN)} />
      {rest.length > 0 && (
        <details>
          <summary>{count(rest.length)} more</summary>
          <Items of={rest} />
        </details>
      )}
    </div>
  );
}

function Items({ of }: { readonly of: readonly ComponentChildren[] }) {
  return (
    <ul class="reasons">
      {of.map((item, index) => (
        <li key={index}>{item}</li>
      ))}
    </ul>
  );
}
