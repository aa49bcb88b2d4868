import { useState } from 'preact/hooks';

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
      await navigator.clipboard.writeText(typeof text === 'string' ? text : await text());
      say('Copied');
    } catch {
      // Browsers allow it on loopback and by https alone.
      say('The browser does not allow it here');
    }
    setTimeout(() => say(undefined), 2_000);
  }
  return (
    <button type="button" onClick={copy}>
      <span aria-live="polite">{said ?? children}</span>
    </button>
  );
}
