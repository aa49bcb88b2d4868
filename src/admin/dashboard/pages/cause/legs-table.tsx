import type { ComponentChildren } from 'preact';

interface LegsTableProps {
  /** What it shows of each leg, for those who hear the page. */
  readonly name: string;
  readonly legs: readonly string[];
  /** Bodies of the table. */
  readonly children: ComponentChildren;
  readonly below?: ComponentChildren;
}

/** A table with a column for the marks, and one for each leg. */
export function LegsTable({ name, legs, children, below }: LegsTableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
    <section class="scroll" aria-label={name} tabIndex={0}>
      <table class={`diff of-${legs.length}`}>
        <thead>
          <tr>
            <th>
              <span class="unseen">mark</span>
            </th>
            {legs.map((leg) => (
              <th key={leg} class={`leg ${leg}`}>
                {leg}
              </th>
            ))}
          </tr>
        </thead>
        {children}
      </table>
      {below}
    </section>
  );
}
