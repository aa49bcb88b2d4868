/** Marks causes as expected or fixed, or opens them again: all signatures of each in one call. */
import { useState } from 'preact/hooks';
import { count, plural } from '../../../../lib/figures.ts';
import type { Place } from '../../../../model/difference.ts';
import type { CauseRow } from '../../../../results/cause-rows.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { send } from '../../data/api.ts';
import { ProblemError } from '../../data/problem.ts';
import { refreshShown } from '../../data/resources.ts';
import { OfService } from '../route-name.tsx';
import { CauseName, CausePlace } from './words.tsx';

type State = CauseRow['state'];

interface MarkingProps {
  readonly causes: readonly CauseRow[];
  readonly onMarked?: (() => void) | undefined;
}

/** What is to be marked, and as what. */
type Asked = Pick<MarkingProps, 'causes'> & { readonly state: State };

/** Buttons for the states that these causes are not all in. A question stays, whatever becomes of the causes. */
export function Marking({ causes, onMarked }: MarkingProps) {
  // The causes at the click: those that the dialog counts are those that are marked, also if they leave the page.
  const [asked, ask] = useState<Asked>();
  const states = (['expected', 'fixed', 'open'] as const).filter((state) =>
    causes.some((each) => each.state !== state),
  );
  return (
    <>
      {states.map((state) => (
        <button key={state} type="button" onClick={() => ask({ state, causes })}>
          {BUTTONS[state]}
        </button>
      ))}
      {asked && <MarkDialog {...asked} onClose={() => ask(undefined)} onMarked={onMarked} />}
    </>
  );
}

const BUTTONS: Readonly<Record<State, string>> = {
  expected: 'Mark as expected …',
  fixed: 'Mark as fixed …',
  open: 'Open again …',
};

const MEANS: Readonly<Record<State, string>> = {
  expected: 'From now on this is expected, until the day that you name: it does not count against the verdict.',
  fixed: 'They are set aside, and open again by themselves when an exchange shows them once more.',
  open: 'The mark is removed: they count as mismatches again.',
};

/** So many signatures the API marks in one call. */
const MOST_AT_ONCE = 1_000;

const NEVER_ALONE = {
  code: 'never_alone',
  status: 409,
  detail: 'Every exchange that shows this differs elsewhere, too.',
};

/** A mark never hides what its reader did not see named: these places, and what is made from the body with them. */
function placesNamed(causes: readonly CauseRow[]): readonly Place[] {
  return distinct(causes.flatMap((cause) => [...cause.places, ...cause.follows]));
}

function distinct(places: readonly Place[]): readonly Place[] {
  return [...new Map(places.map(({ path, kind }) => [keyOf({ path, kind }), { path, kind }])).values()];
}

function keyOf({ path, kind }: Place): string {
  return `${kind} ${path}`;
}

interface MarkDialogProps extends Asked, Pick<MarkingProps, 'onMarked'> {
  readonly onClose: () => void;
}

function MarkDialog({ state, causes, onClose, onMarked }: MarkDialogProps) {
  const [note, setNote] = useState({ reason: '', owner: '', until: '' });
  const set = (name: keyof typeof note) => (event: { readonly currentTarget: { readonly value: string } }) =>
    setNote({ ...note, [name]: event.currentTarget.value });
  async function mark(): Promise<void> {
    const why = Object.fromEntries(Object.entries(note).filter(([, value]) => value !== ''));
    let marked = 0;
    for (const [service, of] of Map.groupBy(causes, (cause) => cause.service)) {
      const ids = [...new Set(of.flatMap(({ routes }) => routes.flatMap(({ signatures }) => signatures)))];
      const which = { service, state, ...why, ...(state === 'expected' && { within: placesNamed(of) }) };
      for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
        const answer = await send('POST', 'marks', { ids: ids.slice(at, at + MOST_AT_ONCE), ...which });
        marked += (answer as { readonly marked: number }).marked;
      }
    }
    refreshShown();
    if (marked === 0) throw new ProblemError(NEVER_ALONE);
    onMarked?.();
  }
  return (
    <Confirmation
      title={`${plural(causes.length, 'cause')}: ${state === 'open' ? 'open again' : `mark as ${state}`}`}
      action={state === 'open' ? 'Open' : 'Mark'}
      act={mark}
      onClose={onClose}
    >
      <Named causes={causes} />
      <p class="faint">{MEANS[state]}</p>
      {state === 'expected' && <StaysOpen causes={causes} />}
      {state === 'fixed' && (
        <div class="form">
          <label>
            What fixed it (optional)
            <input maxLength={1000} value={note.reason} onInput={set('reason')} />
          </label>
        </div>
      )}
      {state === 'expected' && (
        <div class="form">
          <label>
            Reason
            <input required maxLength={1000} value={note.reason} onInput={set('reason')} />
          </label>
          <label>
            Who knows about it (optional)
            <input maxLength={200} value={note.owner} onInput={set('owner')} />
          </label>
          <label>
            Last day, in UTC (optional)
            <input type="date" value={note.until} onInput={set('until')} />
          </label>
        </div>
      )}
    </Confirmation>
  );
}

/** So many places are read before something is marked. */
const MOST_NAMED = 8;

function Named({ causes }: Pick<MarkingProps, 'causes'>) {
  const several = new Set(causes.map(({ service }) => service)).size > 1;
  const named = causes.flatMap((cause) => {
    const { places, statuses, service } = cause;
    const each =
      places.length === 0
        ? [<CauseName cause={cause} />]
        : places.map((place) => <CausePlace place={place} statuses={statuses} />);
    return each.map((name) => (
      <>
        {name}
        {several && <OfService service={service} />}
      </>
    ));
  });
  const follows = distinct(causes.flatMap((cause) => cause.follows));
  return (
    <>
      <ul class="list">
        {named.slice(0, MOST_NAMED).map((each) => (
          <li>{each}</li>
        ))}
      </ul>
      {named.length > MOST_NAMED && (
        <details>
          <summary>{plural(named.length - MOST_NAMED, 'more place')}</summary>
          <ul class="list">
            {named.slice(MOST_NAMED).map((each) => (
              <li>{each}</li>
            ))}
          </ul>
        </details>
      )}
      {follows.length > 0 && (
        <p class="faint">And with the body: {follows.map(({ path }) => path.replace(/^header\./, '')).join(', ')}</p>
      )}
    </>
  );
}

/** What else differs in exchanges that show these causes. */
function StaysOpen({ causes }: Pick<MarkingProps, 'causes'>) {
  const left = new Map(
    [...Map.groupBy(causes, ({ service }) => service).values()].flatMap((of) => {
      const named = new Set(placesNamed(of).map(keyOf));
      const others = of.flatMap(({ beside, statuses }) => beside.map((place) => ({ place, statuses })));
      return others.filter(({ place }) => !named.has(keyOf(place))).map((each) => [keyOf(each.place), each] as const);
    }),
  );
  if (left.size === 0) return null;
  return (
    <>
      <p>Exchanges that also differ elsewhere stay open, such as those in which</p>
      <ul class="list">
        {[...left].map(([key, { place, statuses }]) => (
          <li key={key}>
            <CausePlace place={place} statuses={statuses} /> <span class="faint">({count(place.count)})</span>
          </li>
        ))}
      </ul>
    </>
  );
}
