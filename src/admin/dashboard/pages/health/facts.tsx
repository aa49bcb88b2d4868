import { count, plural, size } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { Badge } from '../../components/badge.tsx';
import { Stat } from '../../components/stat.tsx';
import { spanText, Time } from '../../components/time.tsx';
import type { HealthAnswer } from '../../data/answers.ts';
import { isPresent, type Losses, type Trouble, troublesOf } from '../troubles.ts';

interface FactsProps {
  readonly health: HealthAnswer;
  readonly losses: readonly Losses[];
}

export function Facts({ health, losses }: FactsProps) {
  const { ready, version, node, startedAt, now } = health;
  return (
    <section class="panel first">
      <dl class="stats">
        <Stat name="Process" value={<Badge tone={ready.ok ? 'good' : 'bad'}>{ready.ok ? 'ready' : 'not ready'}</Badge>}>
          {printable(ready.reasons.join('; ')) || `for ${spanText(now - startedAt)}`}
        </Stat>
        <RecorderStat health={health} />
        <StoreStat health={health} />
        <LostStat lost={health.lost} />
        <Stat name="Version" value={version}>
          Node {node.replace(/^v/, '')}
        </Stat>
      </dl>
      <Troubles health={health} losses={losses} />
    </section>
  );
}

function RecorderStat({ health }: { readonly health: HealthAnswer }) {
  const { pendingRequests, droppedExamples } = health.recorder;
  const { failures } = health.reading;
  const fault = faultOf(health);
  return (
    <Stat name="Results" value={<Badge tone={fault ? 'bad' : 'good'}>{fault ?? 'recorded'}</Badge>}>
      {plural(pendingRequests, 'request')} waiting
      {droppedExamples > 0 && `, ${plural(droppedExamples, 'example')} dropped`}
      {failures > 0 && `, ${plural(failures, 'failed reading')}`}
    </Stat>
  );
}

function faultOf({ recorder, reading, store }: HealthAnswer): string | undefined {
  if (recorder.status !== 'recording') return 'not written';
  return reading.status === 'failing' || store.error !== undefined ? 'can’t be read' : undefined;
}

function StoreStat({ health: { store, now } }: { readonly health: HealthAnswer }) {
  return (
    <Stat name="Store" value={store.bytes === undefined ? '–' : size(store.bytes)}>
      of {size(store.limit)}; {store.from === undefined ? 'no results' : `${spanText(now - store.from)} of results`},
      kept for {spanText(store.age)}
    </Stat>
  );
}

function LostStat({ lost: { logLines, accessLines, alerts } }: { readonly lost: HealthAnswer['lost'] }) {
  return (
    <Stat name="Lost lines and alerts" value={count(logLines + accessLines + alerts)}>
      {count(logLines)} of the log, {count(accessLines)} of the access log, {plural(alerts, 'alert')}
    </Stat>
  );
}

/** What is wrong, in words. */
function Troubles({ health, losses }: FactsProps) {
  const { config, mirror, services, store, reading, now } = health;
  const process = { ...health, ...(config.lastError !== undefined && { configLastError: config.lastError }) };
  const breakers = services.flatMap(({ service, targets }) =>
    targets.flatMap(({ role, breaker }) => (breaker === undefined ? [] : [{ service, role, state: breaker }])),
  );
  const found = troublesOf({ mirror, process, breakers, losses, now });
  const isTold = store.error === undefined || reading.status === 'failing';
  const unread = isTold ? [] : [{ what: 'The store can’t be read.', why: store.error! }];
  return (
    <>
      {[...unread, ...found].map((trouble) => (
        <TroubleNotice key={trouble.what} trouble={trouble} />
      ))}
    </>
  );
}

function TroubleNotice({ trouble }: { readonly trouble: Trouble }) {
  const { what, why, since, until } = trouble;
  return (
    <p class={isPresent(trouble) ? 'notice' : 'notice past'}>
      {printable(what)} <Span since={since} until={until} />
      {why !== undefined && <span class="faint">{printable(why)}</span>}
    </p>
  );
}

/** When a trouble began and ended, as far as that is known. */
function Span({ since, until }: Record<'since' | 'until', number | undefined>) {
  const [from, to] = [since, until].map((at) => at !== undefined && <Time at={at} />);
  if (from && to)
    return (
      <>
        From {from} until {to}.{' '}
      </>
    );
  if (from) return <>Since {from}. </>;
  return to ? <>Last {to}. </> : null;
}
