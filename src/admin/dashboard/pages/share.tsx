/** What an engineer attaches to a ticket: Markdown, and one file of HTML that needs nothing else. */
import { CopyButton } from '../components/copy.tsx';
import { API, readText } from '../data/api.ts';
import { askedAt, queryText } from '../data/query.ts';
import { useScope } from '../shell/scope.ts';

/** `of`: one cause or one route; neither is the whole report. */
export function ShareButtons({ of }: { readonly of: { readonly cause?: string; readonly route?: string } }) {
  const scope = useScope();
  const url = (form: 'html' | 'md') => `report.${form}${queryText(askedAt({ ...scope, ...of }, Date.now()))}`;
  return (
    <div class="tools">
      <CopyButton text={() => readText(url('md'))}>Copy as Markdown</CopyButton>
      <a class="button" href={API + url('html')} download>
        Save as HTML
      </a>
    </div>
  );
}
