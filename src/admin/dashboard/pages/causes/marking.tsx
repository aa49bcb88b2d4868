/** Marks causes as expected or fixed, or opens them again: all signatures of each in one call. */
import { useState } from 'preact/hooks';
import { plural } from '../../../../lib/figures.ts';
import type { CauseRow } from '../../../../results/cause-rows.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { send } from '../../data/api.ts';
import { refreshShown } from '../../data/resources.ts';

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
  expected: 'They count as accepted, also for the verdict, until the day that you name.',
  fixed: 'They are set aside, and open again by themselves when an exchange shows them once more.',
  open: 'The mark is removed: they count as mismatches again.',
};

/** So many signatures the API marks in one call. */
const MOST_AT_ONCE = 1_000;

interface MarkDialogProps extends Asked, Pick<MarkingProps, 'onMarked'> {
  readonly onClose: () => void;
}

function MarkDialog({ state, causes, onClose, onMarked }: MarkDialogProps) {
  const [note, setNote] = useState({ reason: '', owner: '', until: '' });
  const set = (name: keyof typeof note) => (event: { readonly currentTarget: { readonly value: string } }) =>
    setNote({ ...note, [name]: event.currentTarget.value });
  async function mark(): Promise<void> {
    const why = Object.fromEntries(Object.entries(note).filter(([, value]) => value !== ''));
    for (const [service, of] of Map.groupBy(causes, (cause) => cause.service)) {
      const ids = [...new Set(of.flatMap(({ routes }) => routes.flatMap(({ signatures }) => signatures)))];
      for (let at = 0; at < ids.length; at += MOST_AT_ONCE) {
        await send('POST', 'marks', { ids: ids.slice(at, at + MOST_AT_ONCE), service, state, ...why });
      }
    }
    refreshShown();
    onMarked?.();
  }
  return (
    <Confirmation
      title={`${plural(causes.length, 'cause')}: ${state === 'open' ? 'open again' : `mark as ${state}`}`}
      action={state === 'open' ? 'Open' : 'Mark'}
      act={mark}
      onClose={onClose}
    >
      <p class="faint">{MEANS[state]}</p>
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
