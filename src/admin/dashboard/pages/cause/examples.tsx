import { duration } from '../../../../lib/figures.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import { bodyInWords, legsOf } from '../../../../results/exchange/bodies.ts';
import { Recorded } from '../../components/recorded.tsx';
import { Empty, Shown } from '../../components/states.tsx';
import { useOnce } from '../../data/once.ts';
import { go, here, usePlace } from '../../shell/location.ts';
import { useShortcut } from '../../shell/shortcuts.ts';
import { Bodies } from './bodies.tsx';
import { Differences } from './differences.tsx';
import { HeaderFields } from './header-fields.tsx';
import type { PinnedExamples } from './pinned-examples.ts';
import { Raw } from './raw.tsx';
import { RequestOf, RequestParts } from './request.tsx';
import { Steps } from './steps.tsx';

const VIEWS = { bodies: 'Bodies', headers: 'Header fields', raw: 'Raw' } as const;

type View = keyof typeof VIEWS;

/** One of the stored examples, in one of its views. Both are in the URL. */
export function Examples({ examples, renew }: PinnedExamples) {
  const { query } = usePlace();
  const id = query.get('example') ?? examples[0]?.id;
  const shown = examples.findIndex((each) => each.id === id);
  const step = (by: 1 | -1) => () => {
    const next = examples[shown + by];
    if (next !== undefined) go(here({ example: next.id }), { replace: true });
  };
  useShortcut('n', 'next example', step(1));
  useShortcut('p', 'previous example', step(-1));
  if (id === undefined) {
    return (
      <Empty title="No example is kept.">
        <p>
          The retention or its limit of size has removed them. The next exchanges that show this cause are kept again.
        </p>
      </Empty>
    );
  }
  const exchange = examples[shown];
  return (
    <section class="panel" aria-labelledby="example">
      <div class="page-head">
        <h2 id="example">Example</h2>
        {examples.length > 1 && <Numbers examples={examples} shown={shown} />}
        {renew && (
          <button type="button" onClick={() => showNewest(renew)}>
            Show newer ones
          </button>
        )}
      </div>
      {exchange === undefined ? (
        <OtherExample id={id} hasNewest={examples.length > 0} view={viewIn(query)} />
      ) : (
        <Example exchange={exchange} view={viewIn(query)} />
      )}
    </section>
  );
}

function Numbers({ examples, shown }: Pick<PinnedExamples, 'examples'> & { readonly shown: number }) {
  return (
    <nav class="choices" aria-label="Examples">
      {examples.map(({ id }, index) => (
        <a
          key={id}
          href={here({ example: id })}
          aria-label={`Example ${index + 1}`}
          aria-current={index === shown ? 'true' : undefined}
        >
          {index + 1}
        </a>
      ))}
    </nav>
  );
}

function showNewest(renew: () => void): void {
  renew();
  go(here({ example: undefined }), { replace: true });
}

interface OtherExampleProps {
  readonly id: string;
  /** Whether there are others to show in its place. */
  readonly hasNewest: boolean;
  readonly view: View;
}

/** One that is not among the newest any more, as of a link that a colleague has sent. It may still be in the store. */
function OtherExample({ id, hasNewest, view }: OtherExampleProps) {
  const resource = useOnce<StoredExchange>(`exchanges/${encodeURIComponent(id)}`);
  if (resource.state === 'failed' && resource.problem.code === 'not_found') {
    return (
      <Empty title="This example is not kept any more.">
        <p>
          Exchange <Recorded text={id} /> was removed by the retention, or to make room for others.{' '}
          {hasNewest && <a href={here({ example: undefined })}>Show the newest example</a>}
        </p>
      </Empty>
    );
  }
  return (
    <Shown resource={resource}>
      {(exchange) => (
        <>
          {hasNewest && <p class="faint">It is not among the newest, which are numbered above.</p>}
          <Example exchange={exchange} view={view} />
        </>
      )}
    </Shown>
  );
}

function viewIn(query: URLSearchParams): View {
  const view = query.get('view') ?? 'bodies';
  return view in VIEWS ? (view as View) : 'bodies';
}

function Example({ exchange, view }: { readonly exchange: StoredExchange; readonly view: View }) {
  return (
    <>
      <RequestOf exchange={exchange} />
      <div class="beside">
        <RequestParts request={exchange.request} />
        <Responses exchange={exchange} view={view} />
      </div>
      <Steps id={exchange.id} />
    </>
  );
}

function Responses({ exchange, view }: { readonly exchange: StoredExchange; readonly view: View }) {
  return (
    <div>
      <Differences exchange={exchange} />
      <Legs exchange={exchange} />
      <nav class="choices" aria-label="Views of the responses">
        {Object.entries(VIEWS).map(([name, title]) => (
          <a
            key={name}
            href={here({ view: name === 'bodies' ? undefined : name })}
            aria-current={name === view ? 'true' : undefined}
          >
            {title}
          </a>
        ))}
      </nav>
      {view === 'bodies' && <Bodies exchange={exchange} />}
      {view === 'headers' && <HeaderFields exchange={exchange} />}
      {view === 'raw' && <Raw exchange={exchange} />}
    </div>
  );
}

/** Status, time and size of each leg. */
function Legs({ exchange }: { readonly exchange: StoredExchange }) {
  return (
    <dl class="legs">
      {legsOf(exchange).map(({ name, leg }) => (
        <div key={name}>
          <dt class={`leg ${name}`}>{name}</dt>
          <dd>
            {'failure' in leg ? (
              <Recorded text={`${leg.failure}: ${leg.detail}`} />
            ) : (
              <>
                <Recorded text={`${leg.status} ${leg.reason}`} />
                <span class="faint">
                  {' '}
                  · {duration(leg.timing.lastByte)} · {bodyInWords(leg.body)}
                </span>
              </>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
