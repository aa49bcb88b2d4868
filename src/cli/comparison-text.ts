import { count, plural } from '../lib/figures.ts';
import { printable } from '../lib/printable.ts';
import type { StoredSignature } from '../model/store-reader.ts';
import type { RehearsalComparison } from '../results/comparison.ts';
import { placeInShort, statusesInWords } from '../results/difference-words.ts';
import { rehearsalInWords } from '../results/find-rehearsal.ts';
import { cutTo } from './table.ts';

const SHOWN = 10;
const SHOWN_PLACES = 4;

/** Which mismatches are new, gone and still there, each with how often it was seen. */
export function comparisonLines(
  { rehearsal, against, new: added, gone, still }: RehearsalComparison,
  {
    width,
    several,
    title,
  }: { readonly width: number; readonly several: boolean; readonly title: (text: string) => string },
): string[] {
  const part = (name: string, rows: readonly string[]) => {
    const more = rows.length - SHOWN;
    return [
      title(`${name}: ${plural(rows.length, 'signature')}`),
      ...rows.slice(0, SHOWN).map((row) => cutTo(`   ${row}`, width)),
      ...(more > 0 ? [`   and ${count(more)} more: see --json`] : []),
    ];
  };
  return [
    cutTo(
      printable(
        several
          ? `${rehearsal.service}, ${rehearsalInWords(rehearsal)} beside ${rehearsalInWords(against)}, by signature:`
          : `Beside ${rehearsalInWords(against)}, by signature:`,
      ),
      width,
    ),
    ...part('new', added.map(signatureText)),
    ...part('gone', gone.map(signatureText)),
    ...part(
      'still there',
      still.map((row) => `${signatureText(row)}, before ${plural(row.before, 'time')}`),
    ),
  ];
}

function signatureText({ route, primaryStatus, shadowStatus, places, count: times, id }: StoredSignature): string {
  const statuses = statusesInWords(primaryStatus, shadowStatus);
  const shown = places.slice(0, SHOWN_PLACES).map(placeInShort);
  const more = places.length - SHOWN_PLACES;
  const where = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return printable(`${route}, ${statuses}: ${where}; ${plural(times, 'time')} (${id})`);
}
