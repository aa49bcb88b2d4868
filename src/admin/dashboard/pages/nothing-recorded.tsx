import type { ListenConfig } from '../../../config/types.ts';
import { bracketed } from '../../../lib/host.ts';
import { printable } from '../../../lib/printable.ts';
import { schemeOf } from '../../../results/exchange/curl.ts';
import { CopyButton } from '../components/copy.tsx';
import { Empty } from '../components/states.tsx';
import { Time } from '../components/time.tsx';
import type { RehearsalsAnswer } from '../data/answers.ts';
import { useListen } from '../data/listen.ts';
import { useResource } from '../data/resources.ts';
import { ofService, rescoped } from '../shell/location.ts';
import { useIsRanged, useScope, useSeveral } from '../shell/scope.ts';

/** Why there are no results of what was chosen, and how to see some. */
export function NothingRecorded() {
  const { service, rehearsal } = useScope();
  if (useIsRanged()) {
    return (
      <Empty title="Nothing was recorded in this time.">
        <p>
          <WholeRehearsal />
        </p>
      </Empty>
    );
  }
  if (rehearsal !== undefined) {
    return (
      <Empty title="Nothing was recorded in this rehearsal.">
        <p>
          <a href={rescoped({ rehearsal: undefined })}>Show the present rehearsal</a>
        </p>
      </Empty>
    );
  }
  return <NoTraffic service={service} />;
}

/** Leads to the results of all times. */
export function WholeRehearsal() {
  return <a href={rescoped({ range: undefined, from: undefined, to: undefined })}>Show the whole rehearsal</a>;
}

/** How to get the first result, with the address on which this Understudy listens. */
function NoTraffic({ service }: { readonly service: string | undefined }) {
  const listen = useListen();
  const rehearsals = useResource<RehearsalsAnswer>('rehearsals', { service });
  const known = rehearsals.state === 'ready' ? rehearsals.value.rehearsals : [];
  const earlier = known.filter(({ state, requests }) => state === 'earlier' && requests > 0);
  const command = commandFor(listen);
  const where = earlier.length > 0 ? ' in this rehearsal' : service === undefined ? '' : ` for ${printable(service)}`;
  return (
    <Empty title={`No traffic${where} yet.`}>
      <p>Send some through Understudy; what comes of it is shown here a second later:</p>
      <div class="command">
        <pre>{command}</pre>
        <CopyButton text={command}>Copy</CopyButton>
      </div>
      {service !== undefined && (
        <p>
          <a href={rescoped({ service: undefined })}>Show all services</a>
        </p>
      )}
      {earlier.length > 0 ? <Earlier rehearsals={earlier} /> : <Demo />}
    </Empty>
  );
}

/** So many are offered here; the filter has all. */
const MOST_EARLIER = 3;

/** A rehearsal that has just begun hides those before: they are still there. */
function Earlier({ rehearsals }: RehearsalsAnswer) {
  const several = useSeveral();
  return (
    <>
      <p>What was recorded before is kept:</p>
      <ul class="list">
        {rehearsals.slice(0, MOST_EARLIER).map(({ id, service, version, label, begunAt }) => (
          <li key={id}>
            <a href={rescoped({ ...ofService(service), rehearsal: id })}>
              {printable(version ?? label ?? id)}
              {several && ` of ${printable(service)}`}, begun <Time at={begunAt} />
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}

function Demo() {
  return (
    <p class="faint">
      To see what results look like, run <code>understudy demo</code> (<code>npm run demo</code> in a checkout): a small
      service whose next version has mistakes.
    </p>
  );
}

/** A wildcard address is reached by the name under which this page is. */
function commandFor(listen: ListenConfig | undefined): string {
  if (listen?.socketPath !== undefined) return `curl -i --unix-socket ${listen.socketPath} http://localhost/`;
  const scheme = schemeOf(listen ?? {});
  if (listen === undefined || listen.port === 0)
    return `curl -i ${scheme}://ADDRESS/   # which the log names as listening`;
  const wild = listen.host === '0.0.0.0' || listen.host === '::';
  return `curl -i ${scheme}://${wild ? location.hostname : bracketed(listen.host)}:${listen.port}/`;
}
