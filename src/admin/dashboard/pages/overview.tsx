import { plural } from '../../../lib/figures.ts';
import { printable } from '../../../lib/printable.ts';
import { Badge } from '../components/badge.tsx';
import { Shown } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import { TimelineCharts } from '../components/timeline-charts.tsx';
import type {
  CausesAnswer,
  RehearsalsAnswer,
  ServicesAnswer,
  SummaryAnswer,
  TimelineAnswer,
  VerdictAnswer,
} from '../data/answers.ts';
import { type Resource, useResource } from '../data/resources.ts';
import { link } from '../shell/location.ts';
import { Page } from '../shell/page.tsx';
import { useScope, useSeveral } from '../shell/scope.ts';
import { NothingRecorded } from './nothing-recorded.tsx';
import { OfAllTimes } from './of-all-times.tsx';
import { CauseList } from './overview/cause-list.tsx';
import { FourAnswers } from './overview/four-answers.tsx';
import { rehearsalsBefore } from './overview/rehearsal-before.ts';
import { RolloutStrip } from './overview/rollout-strip.tsx';
import { ServiceTable } from './overview/service-table.tsx';
import { VerdictPanel } from './overview/verdict-panel.tsx';
import { ShareButtons } from './share.tsx';

const WORST = 8;
const POINTS = 150;

export function OverviewPage() {
  const scope = useScope();
  const { service, rehearsal } = scope;
  const summary = useResource<SummaryAnswer>('summary', { ...scope });
  const verdict = useResource<VerdictAnswer>('verdict', { service, rehearsal });
  const causes = useResource<CausesAnswer>('causes', { ...scope, state: 'open', limit: WORST });
  const services = useResource<ServicesAnswer>('services');
  // All of the page is asked for at once, although some is only shown once there are results.
  const timeline = useResource<TimelineAnswer>('timeline', { ...scope, points: POINTS });
  const novelties = useNovelties();
  return (
    <Page title="Overview" aside={<ShareButtons of={{}} />}>
      <RolloutStrip />
      <Shown resource={summary}>
        {(value) =>
          value.results.requests === 0 ? (
            <NothingRecorded />
          ) : (
            <>
              <FourAnswers summary={value} verdict={verdict} causes={causes} services={services} />
              <Gaps gaps={value.results.gaps} />
              {value.services.length > 1 && <ServiceTable services={value.services} verdict={verdict} />}
              <div class="grid">
                {value.services.length <= 1 && (
                  <section class="panel">
                    <Shown resource={verdict}>{(judged) => <VerdictPanel verdict={judged} />}</Shown>
                    <OfAllTimes what="The verdict is" />
                  </section>
                )}
                <section class="panel">
                  <h2>Worst causes</h2>
                  <Shown resource={causes}>{(page) => <Causes page={page} />}</Shown>
                </section>
              </div>
              <Shown resource={timeline}>
                {(steps) => <TimelineCharts timeline={steps} until={Date.now()} lost />}
              </Shown>
              {novelties && <Novelties {...novelties} />}
            </>
          )
        }
      </Shown>
    </Page>
  );
}

function Causes({ page: { causes, total } }: { readonly page: CausesAnswer }) {
  if (causes.length === 0) return <p class="faint">None is open.</p>;
  return (
    <>
      <CauseList name="Worst causes" causes={causes} />
      <p class="more">
        <a href={link(['causes'], { state: 'open' })}>
          {total === causes.length ? 'More about them' : `All ${plural(total, 'open cause')}`}
        </a>
      </p>
    </>
  );
}

/** The charts hatch them; here they are told. */
function Gaps({ gaps }: Pick<SummaryAnswer['results'], 'gaps'>) {
  const last = gaps.at(-1);
  if (last === undefined) return null;
  return (
    <p class="notice warn">
      Results from <Time at={last.from} /> to <Time at={last.to} /> may be missing: a process ended without writing its
      last results.{gaps.length > 1 && ` There are ${plural(gaps.length - 1, 'earlier gap')}.`}
    </p>
  );
}

interface NewCauses {
  /** Of each service that has one. */
  readonly before: readonly RehearsalsAnswer['rehearsals'][number][];
  readonly causes: Resource<CausesAnswer>;
}

/** What is open, and was not there in the rehearsal before. Undefined: there was none, or it is not known yet. */
function useNovelties(): NewCauses | undefined {
  const scope = useScope();
  const rehearsals = useResource<RehearsalsAnswer>('rehearsals', { service: scope.service });
  const causes = useResource<CausesAnswer>('causes', { ...scope, state: 'open', novelty: 'new', limit: WORST });
  const before = rehearsals.state === 'ready' ? rehearsalsBefore(rehearsals.value.rehearsals, scope.rehearsal) : [];
  return before.length > 0 ? { before, causes } : undefined;
}

function Novelties({ before, causes }: NewCauses) {
  const several = useSeveral();
  const [only, ...others] = before;
  return (
    <section class="panel">
      <h2>
        New since the last rehearsal{' '}
        <span class="faint">
          {only !== undefined && others.length === 0 ? (
            <>
              {several && `of ${printable(only.service)}: `}
              {printable(only.version ?? only.label ?? only.id)}, begun <Time at={only.begunAt} />
            </>
          ) : (
            'of each service'
          )}
        </span>
      </h2>
      <Shown resource={causes}>
        {(page) =>
          page.causes.length === 0 ? (
            <p>
              <Badge tone="good">nothing new</Badge>
            </p>
          ) : (
            <CauseList name="New causes" causes={page.causes} />
          )
        }
      </Shown>
    </section>
  );
}
