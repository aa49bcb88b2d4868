import { useEffect, useRef, useState } from 'preact/hooks';
import { Badge } from '../components/badge.tsx';
import { spanText } from '../components/time.tsx';
import { connection } from '../data/connection.ts';
import { live, outdated } from '../data/live.ts';
import { useObserved } from '../data/observable.ts';
import { oldestShown } from '../data/resources.ts';

/** After an upgrade of the proxy the page must be loaded anew. */
export function Outdated() {
  if (!useObserved(outdated)) return null;
  return (
    <button type="button" onClick={() => location.reload()}>
      Load the new version
    </button>
  );
}

/** How old what is shown is, and why it is not newer. Seconds that count are not spoken: only what changed is. */
export function LiveState() {
  return (
    <>
      <Age />
      <Announcement />
    </>
  );
}

function Announcement() {
  const { state } = useObserved(connection);
  const wasAway = useRef(false);
  if (state === 'away') wasAway.current = true;
  const said = state === 'away' ? 'Understudy does not answer.' : wasAway.current ? 'Understudy answers again.' : '';
  return (
    <span class="unseen" aria-live="assertive">
      {said}
    </span>
  );
}

function Age() {
  const now = useNow();
  const way = useObserved(live);
  const contact = useObserved(connection);
  switch (contact.state) {
    case 'connecting':
      return <Badge tone="neutral">connecting</Badge>;
    case 'unauthorized':
      return <Badge tone="neutral">not logged in</Badge>;
    case 'away':
      return <Badge tone="bad">no answer{contact.at === undefined ? '' : ` for ${spanText(now - contact.at)}`}</Badge>;
    case 'answering': {
      const oldest = oldestShown();
      return (
        <span class="age" title={way === 'streaming' ? 'Changes arrive as they are recorded' : 'Read at intervals'}>
          <Badge tone={way === 'streaming' ? 'good' : 'neutral'}>{way === 'streaming' ? 'live' : way}</Badge>
          {oldest !== undefined && <span class="faint">{spanText(now - oldest)} old</span>}
        </span>
      );
    }
  }
}

/** The time, each second. */
function useNow(): number {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
