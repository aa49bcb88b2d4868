import { useState } from 'preact/hooks';
import { printableJson } from '../../../../lib/printable.ts';
import { Shown } from '../../components/states.tsx';
import { Time } from '../../components/time.tsx';
import type { HealthAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';

/** The configuration in force, with its defaults; the server leaves the secrets out. */
export function ConfigPanel({ config }: Pick<HealthAnswer, 'config'>) {
  const [open, setOpen] = useState(false);
  return (
    <section class="panel">
      <h2>
        Configuration{' '}
        <span class="faint">
          generation {config.generation}, since <Time at={config.loadedAt} />
        </span>
      </h2>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>In force, with defaults and without secrets</summary>
        {open && <Text />}
      </details>
    </section>
  );
}

function Text() {
  const config = useResource<unknown>('config');
  return (
    <Shown resource={config}>
      {(value) => (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reached by the keyboard
        <section class="text" aria-label="Configuration" tabIndex={0}>
          <pre>{printableJson(value)}</pre>
        </section>
      )}
    </Shown>
  );
}
