/** Keys of the whole page and of single views. Keys are never taken from a field that is typed into. */
import { useEffect } from 'preact/hooks';

interface Shortcut {
  /** One key, or two after each other: `g c`. */
  readonly keys: string;
  readonly does: string;
  readonly run: () => void;
}

/** How long the second key may take. */
const PATIENCE = 1_500;

const shortcuts = new Set<Shortcut>();
let first = { key: '', at: 0 };

/** All that work now, for the help. */
export function shortcutsNow(): readonly Shortcut[] {
  return [...shortcuts];
}

/** A key while this component is shown. */
export function useShortcut(keys: string, does: string, run: () => void): void {
  useEffect(() => {
    const shortcut = { keys, does, run };
    shortcuts.add(shortcut);
    return () => void shortcuts.delete(shortcut);
  });
}

export function startShortcuts(): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (typedInto(event.target) || document.querySelector('dialog[open]') !== null) return;
    const pair = event.timeStamp - first.at < PATIENCE ? `${first.key} ${event.key}` : '';
    const found =
      [...shortcuts].find(({ keys }) => keys === pair) ?? [...shortcuts].find(({ keys }) => keys === event.key);
    first = { key: found === undefined ? event.key : '', at: event.timeStamp };
    if (found === undefined) return;
    event.preventDefault();
    found.run();
  });
}

function typedInto(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable;
}

/** Focuses the field of the view that filters. */
export function focusSearch(): void {
  document.querySelector<HTMLElement>('[data-search]')?.focus();
}

/** Rows are what is marked with `data-row`: the focus goes to the link in the next one, or to the row that has none. */
export function stepRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const present = rows.findIndex((row) => row.contains(document.activeElement));
  const next = present < 0 ? (step > 0 ? 0 : rows.length - 1) : present + step;
  const row = rows[next];
  if (row === undefined) return;
  const link = row.querySelector<HTMLElement>('[data-row-link], a[href]');
  if (link === null) row.tabIndex = -1;
  (link ?? row).focus();
  row.scrollIntoView({ block: 'nearest' });
}
