import { useState } from 'preact/hooks';
import { ProblemError } from '../data/problem.ts';

/** By http browsers give the clipboard to pages of this machine alone; others copy what is selected. */
async function write(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'unseen';
  // A modal dialog leaves nothing outside of it that could be selected.
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  const copied = document.execCommand('copy');
  field.remove();
  if (!copied) throw new Error('the browser refused to copy');
}

/** Copies a text, and says so. */
export function CopyButton({
  text,
  children,
}: {
  readonly text: string | (() => string | Promise<string>);
  readonly children: string;
}) {
  const [said, say] = useState<string>();
  async function copy(): Promise<void> {
    try {
      await write(typeof text === 'string' ? text : await text());
      say('Copied');
    } catch (error) {
      say(error instanceof ProblemError ? 'It could not be read' : 'The browser does not allow it');
    }
    setTimeout(() => say(undefined), 2_000);
  }
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">{said ?? children}</span>
    </button>
  );
}
