import { Page } from '../shell/page.tsx';

export function CausesPage() {
  return <Page title="Causes">{undefined}</Page>;
}
