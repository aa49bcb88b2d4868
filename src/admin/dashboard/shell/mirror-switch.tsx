import { useState } from 'preact/hooks';
import { Confirmation } from '../components/dialog.tsx';
import { Glyph } from '../components/glyph.tsx';
import { send } from '../data/api.ts';
import { refreshShown } from '../data/resources.ts';

/** The kill switch. It acts at once, so it is confirmed. */
export function MirrorSwitch({ enabled }: { readonly enabled: boolean }) {
  const [asking, ask] = useState(false);
  async function change(): Promise<void> {
    await send('PUT', 'mirror', { enabled: !enabled });
    refreshShown();
  }
  return (
    <>
      <button type="button" class={`badge ${enabled ? 'good' : 'bad'}`} onClick={() => ask(true)}>
        <Glyph tone={enabled ? 'good' : 'bad'} />
        mirror {enabled ? 'on' : 'off'}
      </button>
      {asking && (
        <Confirmation
          title={enabled ? 'Switch the mirror off?' : 'Switch the mirror on?'}
          action={enabled ? 'Switch off' : 'Switch on'}
          act={change}
          onClose={() => ask(false)}
        >
          {enabled ? (
            <p>
              No request is copied from now on, of any service; clients are served as before. It stays off until it is
              switched on here or the process starts again.
            </p>
          ) : (
            <p>Requests are copied to the shadow again, as the configuration says.</p>
          )}
        </Confirmation>
      )}
    </>
  );
}
