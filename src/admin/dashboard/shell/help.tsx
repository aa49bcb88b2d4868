import { useState } from 'preact/hooks';
import { Dialog } from '../components/dialog.tsx';
import { go } from './location.ts';
import { type Tab, tabLink, useTabs } from './pages.tsx';
import { focusSearch, shortcutsNow, stepRow, useShortcut } from './shortcuts.ts';

/** The keys that work everywhere, and their list. */
export function Help() {
  const [shown, show] = useState(false);
  const tabs = useTabs();
  useShortcut('?', 'these keys', () => show(true));
  useShortcut('/', 'to the filter of the page', focusSearch);
  useShortcut('j', 'next row', () => stepRow(1));
  useShortcut('k', 'previous row', () => stepRow(-1));
  return (
    <>
      {tabs.map((tab) => (
        <TabShortcut key={tab.key} tab={tab} />
      ))}
      {shown && <Keys onClose={() => show(false)} />}
    </>
  );
}

function TabShortcut({ tab }: { readonly tab: Tab }) {
  useShortcut(`g ${tab.key}`, tab.name, () => go(tabLink(tab)));
  return null;
}

function Keys({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {shortcutsNow().map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              {keys.split(' ').map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>opens the row</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>closes a dialog</dd>
        </div>
      </dl>
      <div class="actions">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
