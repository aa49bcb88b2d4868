import { Page } from '../shell/page.tsx';

export function CausePage({ id }: { readonly id: string }) {
  return <Page title={`Cause ${id}`}>{undefined}</Page>;
}
