import { Page } from '../shell/page.tsx';

export function LatencyPage() {
  return <Page title="Latency">{undefined}</Page>;
}
