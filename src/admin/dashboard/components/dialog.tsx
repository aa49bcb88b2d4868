import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { type Problem, problemOf } from '../data/problem.ts';
import { NotDone } from './states.tsx';

export interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A modal dialog: the browser keeps the focus inside, and Escape closes it. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    const former = document.activeElement;
    element.current?.showModal();
    return () => former instanceof HTMLElement && former.focus();
  }, []);
  return (
    <dialog ref={element} aria-labelledby={heading} onClose={onClose}>
      <h2 id={heading} class="dialog-title">
        {title}
      </h2>
      {children}
    </dialog>
  );
}

/** Asks before something is done. `act` is awaited; why it failed is shown, and the dialog stays. */
export function Confirmation({
  title,
  action,
  act,
  onClose,
  children,
}: DialogProps & { readonly action: string; readonly act: () => Promise<unknown> }) {
  const [problem, setProblem] = useState<Problem>();
  const [acting, setActing] = useState(false);
  async function confirm(event: Event): Promise<void> {
    event.preventDefault();
    setActing(true);
    try {
      await act();
      onClose();
    } catch (error) {
      setProblem(problemOf(error));
      setActing(false);
    }
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={confirm}>
        {children}
        {problem && <NotDone problem={problem} />}
        <div class="actions">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={acting}>
            {action}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
