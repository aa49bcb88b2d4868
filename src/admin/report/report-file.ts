/** What an engineer attaches to a ticket, read by questions and written in one of the forms. */
import type { CausesAsked } from '../../results/cause-rows.ts';
import type { Ask } from '../../results/questions.ts';
import { causeAsHtml, causeAsMarkdown } from './cause-report.ts';
import { reportAsHtml, reportAsMarkdown } from './whole-report.ts';

export type ReportForm = 'html' | 'markdown';

export interface ReportAsked extends CausesAsked {
  /** The id of a cause. Without it and without a route: everything. */
  readonly cause?: string;
  /** How many causes of each kind are listed. */
  readonly limit: number;
}

/** Undefined if there is no such cause or route. */
export async function reportFile(ask: Ask, { cause: id, limit, ...asked }: ReportAsked, form: ReportForm) {
  if (id === undefined) {
    const { service, rehearsal, ...rest } = asked;
    const scope = { ...(service !== undefined && { service }), ...(rehearsal !== undefined && { rehearsal }) };
    const report = await ask('report', { ...rest, ...scope, limit });
    if (asked.route !== undefined && report.routes.length === 0) return undefined;
    return form === 'html' ? reportAsHtml(report, asked.route) : reportAsMarkdown(report, asked.route);
  }
  const [cause, proposed] = await Promise.all([ask('cause', { ...asked, id }), ask('proposal', { ...asked, id })]);
  if (cause === undefined) return undefined;
  const content = { cause, ...proposed };
  return form === 'html' ? causeAsHtml(content, asked.now) : causeAsMarkdown(content);
}
