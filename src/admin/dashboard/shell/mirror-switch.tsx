import { useState } from 'preact/hooks';
import type { MirrorState } from '../../dependencies.ts';
import { Confirmation } from '../components/dialog.tsx';
import { Glyph } from '../components/glyph.tsx';
import type { Tone } from '../components/tone.ts';
import { send } from '../data/api.ts';
import { refreshShown } from '../data/resources.ts';

/** The kill switch. It acts at once, so it is confirmed. */
export function MirrorSwitch({ mirror }: { readonly mirror: MirrorState }) {
  // What the reader wants is kept: the mirror may change while the question is open.
  const [wanted, want] = useState<boolean>();
  const { tone, state } = shownAs(mirror);
  return (
    <>
      <button type="button" class={`badge ${tone}`} onClick={() => want(!mirror.enabled)}>
        <Glyph tone={tone} />
        mirror {state}
      </button>
      {wanted !== undefined && <Question enable={wanted} onClose={() => want(undefined)} />}
    </>
  );
}

function Question({ enable, onClose }: { readonly enable: boolean; readonly onClose: () => void }) {
  async function act(): Promise<void> {
    await send('PUT', 'mirror', { enabled: enable });
    refreshShown();
  }
  return enable ? (
    <Confirmation title="Switch the mirror on?" action="Switch on" act={act} onClose={onClose}>
      <p>Requests are copied to the shadow again, as the configuration says.</p>
    </Confirmation>
  ) : (
    <Confirmation title="Switch the mirror off?" action="Switch off" act={act} onClose={onClose}>
      <p>
        No request is copied from now on, of any service; clients are served as before. It stays off until it is
        switched on here or the process starts again.
      </p>
    </Confirmation>
  );
}

function shownAs({ enabled, paused }: MirrorState): { readonly tone: Tone; readonly state: string } {
  if (!enabled) return { tone: 'bad', state: 'off' };
  return paused.length > 0 ? { tone: 'warn', state: 'paused' } : { tone: 'good', state: 'on' };
}
