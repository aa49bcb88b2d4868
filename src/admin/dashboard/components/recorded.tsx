/** Text that was recorded: always text, with what is invisible or would change its direction shown as an escape. */
import { printable, printableLines } from '../../../lib/printable.ts';
import type { Segment } from '../../../results/exchange/cut.ts';

export function Recorded({ text }: { readonly text: string }) {
  return <bdi>{printable(text)}</bdi>;
}

/** A place, a header field, a rule. */
export function Code({ text }: { readonly text: string }) {
  return (
    <code>
      <Recorded text={text} />
    </code>
  );
}

export function Block({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
    <section class="block" aria-label={label} tabIndex={0}>
      <pre>{printableLines(text)}</pre>
    </section>
  );
}

/** What differs is marked; what is cut out, or can't be seen, is said. */
export function Segments({ segments }: { readonly segments: readonly Segment[] }) {
  return (
    <bdi>
      {segments.map(({ kind, text }, index) => {
        if (kind === 'same') return printable(text);
        if (kind === 'differs') return <mark key={index}>{printable(text)}</mark>;
        return (
          <span key={index} class="cut">
            {kind === 'cut' ? `…${text}…` : text}
          </span>
        );
      })}
    </bdi>
  );
}
