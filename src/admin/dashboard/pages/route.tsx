import { Page } from '../shell/page.tsx';

export function RoutePage({ route }: { readonly route: string }) {
  return <Page title={route}>{undefined}</Page>;
}
