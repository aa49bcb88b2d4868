/** The buttons of a rollout. Each asks first, and says who and why to the history. */
import { useId, useState } from 'preact/hooks';
import { printable } from '../../../../lib/printable.ts';
import type { RolloutStatus } from '../../../../results/rollout-status.ts';
import type { Command } from '../../../../rollout/lifecycle.ts';
import { Confirmation } from '../../components/dialog.tsx';
import { send } from '../../data/api.ts';
import { refreshShown } from '../../data/resources.ts';
import { useSeveral } from '../../shell/scope.ts';
import { readerName, rememberReaderName } from './reader-name.ts';
import { ANSWERS, commandInWords, commandsFor } from './words.ts';

export function Commands({ of }: { readonly of: RolloutStatus }) {
  // The state at the click: what the dialog says stays, and the server refuses it if something happened since.
  const [asked, ask] = useState<{ readonly command: Command; readonly at: RolloutStatus }>();
  const note = useId();
  const commands = commandsFor(of);
  const refusals = [...new Set(commands.flatMap((command) => of.refusals[command] ?? []))];
  return (
    <>
      <div class="commands">
        {commands.map((command) => (
          <button
            key={command}
            type="button"
            class={command === 'rollback' ? 'danger' : undefined}
            disabled={of.refusals[command] !== undefined}
            aria-describedby={of.refusals[command] === undefined ? undefined : note}
            onClick={() => ask({ command, at: of })}
          >
            {commandInWords(command, of).button}
          </button>
        ))}
        <span class="faint" id={note}>
          {printable(refusals.join('; '))}
        </span>
      </div>
      {asked && <CommandDialog {...asked} onClose={() => ask(undefined)} />}
    </>
  );
}

interface CommandDialogProps {
  readonly command: Command;
  readonly at: RolloutStatus;
  readonly onClose: () => void;
}

function CommandDialog({ command, at, onClose }: CommandDialogProps) {
  const [reason, setReason] = useState('');
  const [by, setBy] = useState(readerName());
  const several = useSeveral();
  const { title, action, does } = commandInWords(command, at);
  async function act(): Promise<void> {
    rememberReaderName(by);
    await send('POST', 'rollout', {
      ...{ service: at.service, command, by: by.trim() || 'dashboard' },
      ...(reason.trim() !== '' && { reason: reason.trim() }),
      // A rollback is right whatever happened since.
      ...(command !== 'rollback' && { revision: at.last?.revision ?? 0 }),
    });
    refreshShown();
  }
  return (
    <Confirmation title={title} action={action} act={act} onClose={onClose}>
      {several && <p>Service {printable(at.service)}</p>}
      <p>{does}</p>
      {command === 'promote' && <Doubts at={at} />}
      <div class="form">
        <label>
          Why (optional)
          <input maxLength={500} value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
        </label>
        <label>
          Your name, for the history (optional)
          <input
            maxLength={100}
            autocomplete="nickname"
            value={by}
            onInput={({ currentTarget }) => setBy(currentTarget.value)}
          />
        </label>
      </div>
    </Confirmation>
  );
}

/** A person may promote against the answer, but not without having read it. */
function Doubts({ at: { step } }: Pick<CommandDialogProps, 'at'>) {
  if (step?.answer === undefined || step.answer === 'promote') return null;
  return (
    <p class="notice warn">
      The evidence says “{ANSWERS[step.answer].says}”: {printable(step.reasons.join('; '))}.
    </p>
  );
}
