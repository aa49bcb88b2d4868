import { printable } from '../../../lib/printable.ts';
import { formatShare } from '../../../lib/share.ts';
import { Glyph } from '../components/glyph.tsx';
import { Time } from '../components/time.tsx';
import type { RolloutAnswer } from '../data/answers.ts';
import { useResource } from '../data/resources.ts';
import { link } from './location.ts';
import { useHasSeveral } from './scope.ts';

/** A rollback holds until a person releases it: every page says so. */
export function RolledBack() {
  const found = useResource<RolloutAnswer>('rollout');
  const several = useHasSeveral();
  const rollouts = found.state === 'ready' ? found.value.rollouts : [];
  return (
    <div role="status">
      {rollouts
        .filter(({ phase }) => phase === 'rolled_back')
        .map(({ service, rolledBackFrom = 0, last }) => (
          <p key={service} class="alarm">
            <Glyph tone="bad" />
            <span>
              <strong>
                {several ? `${printable(service)} is` : 'The rollout is'} rolled back from {formatShare(rolledBackFrom)}
              </strong>
              {last && (
                <>
                  {' '}
                  by {printable(last.by)}, <Time at={last.at} />: {printable(last.reason)}
                </>
              )}
              . <a href={link(['rollout'], { service: several ? service : undefined })}>Rollout</a>
            </span>
          </p>
        ))}
    </div>
  );
}
