/** What an engineer attaches to a ticket, in one of its forms. */
import type { StoreReader } from '../../model/store-reader.ts';
import { readCause } from '../cause-page.ts';
import type { CausesAsked } from '../cause-rows.ts';
import type { Scheme } from '../exchange/curl.ts';
import { readProposal } from '../proposal.ts';
import { buildReport } from '../report.ts';
import { causeAsHtml, causeAsMarkdown } from './cause-report.ts';
import { reportAsHtml } from './report-html.ts';
import { reportAsMarkdown } from './report-markdown.ts';

export interface FileAsked extends CausesAsked {
  readonly form: 'html' | 'markdown';
  /** The id of a cause. Without it and without a route: everything. */
  readonly cause?: string;
  /** How many causes of each kind are listed. */
  readonly limit: number;
  /** How clients reach this Understudy. */
  readonly scheme: Scheme;
}

/** Undefined if there is no such cause or route. */
export async function writeReport(
  reader: StoreReader,
  { form, cause: id, limit, scheme, ...asked }: FileAsked,
): Promise<string | undefined> {
  if (id === undefined) {
    const { service, rehearsal, ...rest } = asked;
    const scope = { ...(service !== undefined && { service }), ...(rehearsal !== undefined && { rehearsal }) };
    const report = await buildReport(reader, { ...rest, ...scope, limit });
    if (asked.route !== undefined && report.routes.length === 0) return undefined;
    return form === 'html' ? reportAsHtml(report, asked.route) : reportAsMarkdown(report, asked.route);
  }
  const [cause, proposed] = await Promise.all([
    readCause(reader, { ...asked, id }),
    readProposal(reader, { ...asked, id }),
  ]);
  if (cause === undefined) return undefined;
  const content = { cause, scheme, ...proposed };
  return form === 'html' ? causeAsHtml(content, asked.now) : causeAsMarkdown(content);
}
