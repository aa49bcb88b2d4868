import { count, plural, size } from '../../../../lib/figures.ts';
import { printable } from '../../../../lib/printable.ts';
import { Badge } from '../../components/badge.tsx';
import { Stat } from '../../components/stat.tsx';
import { spanText } from '../../components/time.tsx';
import type { HealthAnswer } from '../../data/answers.ts';
import { troublesOf } from '../troubles.ts';

export function Facts({ health }: { readonly health: HealthAnswer }) {
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
      <Troubles health={health} />
    </section>
  );
}

function RecorderStat({ health: { recorder } }: { readonly health: HealthAnswer }) {
  const good = recorder.status === 'recording';
  return (
    <Stat name="Results" value={<Badge tone={good ? 'good' : 'bad'}>{good ? 'recorded' : 'not written'}</Badge>}>
      {plural(recorder.pendingRequests, 'request')} waiting
      {recorder.droppedExamples > 0 && `, ${plural(recorder.droppedExamples, 'example')} dropped`}
    </Stat>
  );
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
function Troubles({ health }: { readonly health: HealthAnswer }) {
  const { config, mirror, services, store } = health;
  const process = { ...health, ...(config.lastError !== undefined && { configLastError: config.lastError }) };
  const breakers = services.flatMap(({ service, targets }) =>
    targets.flatMap(({ role, breaker }) => (breaker === undefined ? [] : [{ service, role, state: breaker }])),
  );
  const found = troublesOf({ mirror, process, breakers });
  const unread = store.error === undefined ? [] : [{ what: 'The results can’t be read.', why: store.error }];
  return (
    <>
      {[...found, ...unread].map(({ what, why }) => (
        <p key={what} class="notice">
          {printable(what)} {why !== undefined && <span class="faint">{printable(why)}</span>}
        </p>
      ))}
    </>
  );
}
