import { count } from '../../../lib/figures.ts';
import { Badge } from '../components/badge.tsx';
import { Stat } from '../components/stat.tsx';
import { Shown } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import type { SummaryAnswer, VerdictAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { Page } from '../shell/page.tsx';
import { useScope } from '../shell/scope.ts';

export function OverviewPage() {
  const { service, rehearsal, from, to } = useScope();
  const summary = useResource<SummaryAnswer>('summary', { service, rehearsal, from, to });
  const verdict = useResource<VerdictAnswer>('verdict', { service, rehearsal });
  return (
    <Page title="Overview">
      <Shown resource={verdict}>{({ verdict: answer }) => <Badge tone="neutral">{answer}</Badge>}</Shown>
      <Shown resource={summary}>
        {({ results }) => (
          <dl class="stats">
            <Stat name="Requests" value={count(results.requests)}>
              {results.from !== undefined && <Time at={results.from} />}
            </Stat>
          </dl>
        )}
      </Shown>
    </Page>
  );
}
