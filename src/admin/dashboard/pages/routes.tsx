import { Page } from '../shell/page.tsx';

export function RoutesPage() {
  return <Page title="Routes">{undefined}</Page>;
}
