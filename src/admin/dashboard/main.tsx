import './style/tokens.css';
import './style/shell.css';
import './style/components.css';
import './style/overview.css';
import './style/results.css';
import './style/rollout.css';
import './style/experiments.css';
import './style/print.css';
import { render } from 'preact';
import { startLive } from './data/live.ts';
import { App } from './shell/app.tsx';
import { followLinks, startLocation } from './shell/location.ts';
import { startShortcuts } from './shell/shortcuts.ts';

startLocation();
startShortcuts();
document.addEventListener('click', followLinks);
render(<App />, document.getElementById('page')!);
startLive();
