import type { MirrorState } from '../../dependencies.ts';
import { useResource } from '../data/resources.ts';
import { LiveState, Outdated } from './live-state.tsx';
import { link, usePlace } from './location.ts';
import { LogOut } from './login.tsx';
import { MirrorSwitch } from './mirror-switch.tsx';
import { partsOf, tabLink, useTabs } from './pages.tsx';
import { RolledBack } from './rolled-back.tsx';

export function Header() {
  const { path } = usePlace();
  // Not of the summary: the kill switch works also where the results can't be read.
  const mirror = useResource<MirrorState>('mirror');
  const tabs = useTabs();
  const [open = ''] = partsOf(path);
  return (
    <header class="top">
      <div class="bar">
        <a class="brand" href={link([])}>
          Understudy
        </a>
        <nav class="tabs" aria-label="Pages">
          {tabs.map((tab) => (
            <a
              key={tab.path}
              href={tabLink(tab)}
              aria-current={tab.path === tabOf(open) ? 'page' : undefined}
              aria-keyshortcuts={`g ${tab.key}`}
            >
              {tab.name}
            </a>
          ))}
        </nav>
        <div class="states">
          {mirror.state === 'ready' && <MirrorSwitch mirror={mirror.value} />}
          <Outdated />
          <LiveState />
          <LogOut />
        </div>
      </div>
      <RolledBack />
    </header>
  );
}

function tabOf(part: string): string {
  if (part === 'signatures') return 'causes';
  return part === 'overview' ? '' : part;
}
