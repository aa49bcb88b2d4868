import { duration } from '../../../../lib/figures.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import { bodyInWords, legsOf } from '../../../../results/exchange/bodies.ts';
import { Recorded } from '../../components/recorded.tsx';
import { Empty } from '../../components/states.tsx';
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
  const wanted = Number(query.get('example') ?? 1);
  const number = Number.isInteger(wanted) && wanted >= 1 && wanted <= examples.length ? wanted : 1;
  const step = (by: 1 | -1) => () => {
    const next = number + by;
    if (next >= 1 && next <= examples.length) go(here({ example: next }), { replace: true });
  };
  useShortcut('n', 'next example', step(1));
  useShortcut('p', 'previous example', step(-1));
  const exchange = examples[number - 1];
  if (exchange === undefined) {
    return (
      <Empty title="No example is kept.">
        <p>
          The retention or its limit of size has removed them. The next exchanges that show this cause are kept again.
        </p>
      </Empty>
    );
  }
  return (
    <section class="panel" aria-labelledby="example">
      <div class="page-head">
        <h2 id="example">Example</h2>
        {examples.length > 1 && (
          <nav class="choices" aria-label="Examples">
            {examples.map((each, index) => (
              <a
                key={each.id}
                href={here({ example: index + 1 })}
                aria-label={`Example ${index + 1}`}
                aria-current={index + 1 === number ? 'true' : undefined}
              >
                {index + 1}
              </a>
            ))}
          </nav>
        )}
        {renew && (
          <button type="button" onClick={renew}>
            Show newer ones
          </button>
        )}
      </div>
      <Example exchange={exchange} view={viewIn(query)} />
    </section>
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
