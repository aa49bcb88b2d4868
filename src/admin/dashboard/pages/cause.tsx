import { printable } from '../../../lib/printable.ts';
import { Shown } from '../components/states.tsx';
import type { CauseAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { Page } from '../shell/page.tsx';
import { useScope } from '../shell/scope.ts';
import { Examples } from './cause/examples.tsx';
import { Proposal } from './cause/proposal.tsx';
import { CauseSummary } from './cause/summary.tsx';
import { Marking } from './causes/marking.tsx';
import { causeTitle } from './causes/words.tsx';
import { ShareButtons } from './share.tsx';

export function CausePage({ id }: { readonly id: string }) {
  const scope = useScope();
  const resource = useResource<CauseAnswer>(`causes/${encodeURIComponent(id)}`, { ...scope });
  const title = resource.state === 'ready' ? causeTitle(resource.value) : 'Cause';
  return (
    <Page
      title={printable(title)}
      aside={
        resource.state === 'ready' && (
          <div class="tools">
            <Marking causes={[resource.value]} />
            <ShareButtons of={{ cause: id }} />
          </div>
        )
      }
    >
      <Shown resource={resource}>
        {(cause) => (
          <>
            <CauseSummary cause={cause} />
            <Examples cause={cause} />
            <Proposal id={id} />
          </>
        )}
      </Shown>
    </Page>
  );
}
