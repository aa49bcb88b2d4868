/** What an engineer attaches to a ticket: Markdown, and one file of HTML that needs nothing else. */
import { CopyButton } from '../components/copy.tsx';
import { queryText } from '../data/api.ts';
import { useScope } from '../shell/scope.ts';

/** `of`: one cause or one route; neither is the whole report. */
export function ShareButtons({ of }: { readonly of: { readonly cause?: string; readonly route?: string } }) {
  const scope = useScope();
  const url = (form: 'html' | 'md') => `/api/v1/report.${form}${queryText({ ...scope, ...of })}`;
  return (
    <div class="tools">
      <CopyButton text={async () => (await fetch(url('md'))).text()}>Copy as Markdown</CopyButton>
      <a class="button" href={url('html')} download>
        Save as HTML
      </a>
    </div>
  );
}
