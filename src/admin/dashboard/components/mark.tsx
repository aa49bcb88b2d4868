/** What a difference counts for, by shape and colour. */
import type { Mark } from '../../../results/exchange/marks.ts';

const SHAPES: Readonly<Record<Mark['as'], string>> = {
  difference: 'M6 1 11.5 11H.5z',
  noise: 'M.5 6q1.4-4.5 2.75 0t2.75 0 2.75 0 2.75 0',
  accepted: 'M1.5 6.5 4.7 9.6 10.6 2.4',
  no_difference: 'M2 4.4h8M2 7.6h8',
};

export function MarkGlyph({ mark }: { readonly mark: Mark }) {
  return (
    <svg class={`mark ${mark.as}`} viewBox="0 0 12 12" role="img" aria-label={markSays(mark)}>
      <title>{markSays(mark)}</title>
      <path d={SHAPES[mark.as]} />
    </svg>
  );
}

export function markSays({ as, kind, rule }: Mark): string {
  switch (as) {
    case 'difference':
      return `difference: ${kind}`;
    case 'noise':
      return `noise: ${kind}`;
    case 'accepted':
      return `accepted by ${rule ?? 'a rule'}`;
    case 'no_difference':
      return 'not compared, or taken for the same';
  }
}
