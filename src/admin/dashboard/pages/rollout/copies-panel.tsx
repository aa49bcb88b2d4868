/** The same requests answered by both versions: the verdict on the copies of this step. */
import { plural } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import type { StepStatus } from '../../../../results/rollout-status.ts';
import { Badge } from '../../components/badge.tsx';
import { Reasons } from '../../components/reasons.tsx';
import { link } from '../../shell/location.ts';
import { toneOf } from '../overview/verdict-facts.ts';

interface CopiesPanelProps {
  readonly service: string;
  readonly step: StepStatus;
}

export function CopiesPanel({ service, step: { pairs, rehearsal } }: CopiesPanelProps) {
  return (
    <section class="panel">
      <h2>
        Copies <span class="faint">of this step</span>
      </h2>
      {pairs === undefined ? (
        <p class="faint">None was compared yet. Is the mirror on, and are the methods of these requests mirrored?</p>
      ) : (
        <>
          <p class="before-reasons">
            <Badge tone={toneOf(pairs.verdict)}>{pairs.verdict}</Badge>{' '}
            <span class="faint">after {plural(pairs.exchanges, 'request')} that both versions answered</span>
          </p>
          <Reasons items={pairs.reasons.map((reason) => printable(reason))} />
        </>
      )}
      {rehearsal !== undefined && (
        <p class="more">
          <a href={link([], { service, rehearsal })}>All results of this step</a>
        </p>
      )}
    </section>
  );
}
