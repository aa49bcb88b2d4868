import { count, plural } from '../../../../lib/figures.ts';
import { CopyButton } from '../../components/copy.tsx';
import { Block, Code, Recorded } from '../../components/recorded.tsx';
import type { NoiseAnswer } from '../../data/answers.ts';
import { useResource } from '../../data/resources.ts';
import { useScope } from '../../shell/scope.ts';

const SHOWN = 20;

/** What differs by itself here, and how production's values look there. */
export function RouteNoise({ route }: { readonly route: string }) {
  const resource = useResource<NoiseAnswer>('noise', { ...useScope(), route });
  const noise = resource.state === 'ready' ? resource.value.noise : [];
  return (
    <>
      {noise.map(({ service, places, learned, proposal, count: exchanges }) => (
        <section key={service} class="panel" aria-label="Noise">
          <div class="page-head">
            <h2>What differs by itself</h2>
            {proposal !== undefined && <CopyButton text={proposal}>Copy as rules</CopyButton>}
          </div>
          <p class="faint">In {plural(exchanges, 'exchange')} nothing else differed: they count as noise.</p>
          <ul class="list">
            {places.slice(0, SHOWN).map(({ path, kind, count: times }) => {
              const known = learned.find((each) => each.path === path && each.kind === kind);
              return (
                <li key={`${kind} ${path}`} class="split">
                  <span>
                    <Code text={path} /> {kind.replaceAll('_', ' ')}
                    {known && (
                      <span class="faint">
                        {' '}
                        · production shows{' '}
                        <Recorded
                          text={known.classes.map(({ name, count: seen }) => `${name} (${count(seen)})`).join(', ')}
                        />
                        {known.parts.length > 0 && (
                          <>
                            ; differs in <Recorded text={known.parts.join(', ')} />
                          </>
                        )}
                      </span>
                    )}
                  </span>
                  <span class="number">{count(times)}</span>
                </li>
              );
            })}
          </ul>
          {proposal !== undefined && (
            <details>
              <summary>As rules</summary>
              <Block label="Rules for what differs by itself" text={proposal.trimEnd()} />
            </details>
          )}
        </section>
      ))}
    </>
  );
}
