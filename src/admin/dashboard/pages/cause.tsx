import { printable } from '../../../lib/printable.ts';
import { causeTitle } from '../../../results/cause-words.ts';
import { Shown } from '../components/states.tsx';
import type { CauseAnswer } from '../data/answers.ts';
import { queryText } from '../data/query.ts';
import { useResource } from '../data/resources.ts';
import { Page } from '../shell/page.tsx';
import { useScope } from '../shell/scope.ts';
import { Examples } from './cause/examples.tsx';
import { usePinned } from './cause/pinned-examples.ts';
import { Proposal } from './cause/proposal.tsx';
import { CauseState, CauseSummary } from './cause/summary.tsx';
import { Marking } from './causes/marking.tsx';
import { ShareButtons } from './share.tsx';

export function CausePage({ id }: { readonly id: string }) {
  const scope = useScope();
  const resource = useResource<CauseAnswer>(`causes/${encodeURIComponent(id)}`, { ...scope });
  const title = resource.state === 'ready' ? causeTitle(resource.value) : 'Cause';
  return (
    <Page title={printable(title)}>
      {/* Another rehearsal has other examples: those that were pinned of the former must not stay. */}
      <Shown resource={resource}>{(cause) => <Cause key={queryText({ ...scope })} cause={cause} />}</Shown>
    </Page>
  );
}

function Cause({ cause }: { readonly cause: CauseAnswer }) {
  const pinned = usePinned(cause.examples);
  return (
    <>
      <div class="page-head">
        <CauseState cause={cause} />
        <div class="tools">
          <Marking causes={[cause]} />
          <ShareButtons of={{ cause: cause.id }} />
        </div>
      </div>
      <CauseSummary cause={cause} />
      <Examples {...pinned} />
      <Proposal cause={cause} examples={pinned.examples} />
    </>
  );
}
