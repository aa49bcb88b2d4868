import { count, plural } from '../../../../lib/figures.ts';
import { shareInWords } from '../../../../results/cause-words.ts';
import { statusesInWords } from '../../../../results/difference-words.ts';
import { repeatedInWords } from '../../../../results/repeated-words.ts';
import { expectationInWords, reopeningToTell, repairInWords } from '../../../../results/triage.ts';
import { Code, Recorded } from '../../components/recorded.tsx';
import { Stat } from '../../components/stat.tsx';
import { Time } from '../../components/time.tsx';
import type { CauseAnswer } from '../../data/answers.ts';
import { link, ofService } from '../../shell/location.ts';
import { CausePlace, SeverityBadge, StateBadge, Traits } from '../causes/words.tsx';

/** How grave it is, and what a person said of it. */
export function CauseState({ cause }: { readonly cause: CauseAnswer }) {
  return (
    <p class="badges">
      <SeverityBadge {...cause} />
      <StateBadge cause={cause} />
      <Traits cause={cause} />
      <Said of={cause} />
    </p>
  );
}

/** How often it was seen, and where. */
export function CauseSummary({ cause }: { readonly cause: CauseAnswer }) {
  const { statuses, firstSeen, lastSeen, repeated } = cause;
  return (
    <>
      <dl class="stats panel">
        <Stat name="Exchanges" value={count(cause.count)}>
          {shareInWords(cause)}
        </Stat>
        <Stat name="Status" value={statuses.slice(0, 2).map(pairText).join(', ') || '–'}>
          {statuses.length > 2 && `and ${plural(statuses.length - 2, 'more pair')}`}
        </Stat>
        <Stat name="Last seen" value={<Time at={lastSeen} />}>
          first <Time at={firstSeen} />
        </Stat>
        {repeated && (
          <Stat name="Repeated" value={repeated.label}>
            {repeatedInWords(repeated)}
          </Stat>
        )}
      </dl>
      <div class="grid">
        <Places cause={cause} />
        <RoutesOf cause={cause} />
      </div>
    </>
  );
}

function pairText({ primary, shadow }: CauseAnswer['statuses'][number]): string {
  return statusesInWords(primary, shadow);
}

function Said({ of: cause }: { readonly of: CauseAnswer }) {
  switch (cause.state) {
    case 'expected':
      return <SaidBy text={`Expected: ${expectationInWords(cause)}`} />;
    case 'fixed':
      return <SaidBy text={repairInWords(cause)} />;
    case 'open':
      return cause.reopened === undefined ? null : <Reopened {...reopeningToTell(cause.reopened)} />;
  }
}

/** It holds what a person wrote. */
function SaidBy({ text }: { readonly text: string }) {
  return (
    <span>
      <Recorded text={text} />
    </span>
  );
}

function Reopened({ told, at }: ReturnType<typeof reopeningToTell>) {
  return (
    <span>
      It {told} {at !== undefined && <Time at={at} />}
    </span>
  );
}

const SHOWN = 12;

function Places({ cause: { places, statuses, follows, count: all } }: { readonly cause: CauseAnswer }) {
  if (places.length === 0) return null;
  const items = places.map((place) => (
    <li key={`${place.kind} ${place.path}`}>
      <CausePlace place={place} statuses={statuses} />
      {place.count < all && (
        <span class="faint">
          {' '}
          in {count(place.count)} of {count(all)}
        </span>
      )}
    </li>
  ));
  return (
    <section class="panel" aria-labelledby="places">
      <h2 id="places">What differs</h2>
      <ul class="list">{items.slice(0, SHOWN)}</ul>
      {items.length > SHOWN && (
        <details>
          <summary>{plural(items.length - SHOWN, 'more place')}</summary>
          <ul class="list">{items.slice(SHOWN)}</ul>
        </details>
      )}
      {follows.length > 0 && (
        <p class="faint">
          And with the body:{' '}
          {follows.map(({ path, kind }, index) => (
            <span key={`${kind} ${path}`}>
              {index > 0 && ', '}
              <Code text={path} />
            </span>
          ))}
        </p>
      )}
    </section>
  );
}

function RoutesOf({ cause: { routes, service } }: { readonly cause: CauseAnswer }) {
  const rows = routes.map(({ route, count: times }) => (
    <li key={route} class="split">
      <a href={link(['routes', route], ofService(service))}>
        <Recorded text={route} />
      </a>
      <span class="number">{count(times)}</span>
    </li>
  ));
  return (
    <section class="panel" aria-labelledby="routes">
      <h2 id="routes">{plural(routes.length, 'route')}</h2>
      <ul class="list">{rows.slice(0, SHOWN)}</ul>
      {rows.length > SHOWN && (
        <details>
          <summary>{plural(rows.length - SHOWN, 'more route')}</summary>
          <ul class="list">{rows.slice(SHOWN)}</ul>
        </details>
      )}
    </section>
  );
}
