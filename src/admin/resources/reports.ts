import * as z from 'zod';
import type { AdminDependencies } from '../dependencies.ts';
import { type Answer, type Endpoint, endpoint } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { routeOnly, scopeMembers, timeWindow, windowOf } from '../query-schema.ts';

const query = timeWindow.extend({
  ...scopeMembers,
  route: routeOnly,
  cause: z.string().exactOptional().describe('Only this cause, by its id.'),
});

const FORMS = {
  html: { path: '/api/v1/report.html', type: 'text/html; charset=utf-8', says: 'one HTML file that needs no other' },
  markdown: { path: '/api/v1/report.md', type: 'text/markdown; charset=utf-8', says: 'Markdown' },
} as const;

const CAUSES = 50;

/** A browser saves it, and never shows it as a page of this server. */
function attachment(type: string, name: string): Answer<string> {
  const headers = () => ({ 'content-disposition': `attachment; filename="${name}"` });
  return { status: 200, type, render: (value) => value, headers };
}

export function reports({ ask, now, scheme }: AdminDependencies): readonly Endpoint[] {
  return (['html', 'markdown'] as const).map((form) => {
    const { path, type, says } = FORMS[form];
    return endpoint({
      method: 'GET',
      path,
      access: 'guarded',
      summary: `The report, a route or a cause as ${says}: to be attached to a ticket.`,
      query,
      answer: attachment(type, `understudy-${path.split('/').at(-1)}`),
      problems: ['not_found', 'store_unusable'],
      async handle({ query: { from, to, ...asked } }) {
        const window = windowOf({ from, to });
        const written = await ask('report', { ...asked, window, now: now(), limit: CAUSES, form, scheme: scheme() });
        if (written === undefined)
          throw new Problem('not_found', 'There are no results of this cause or route; they may be deleted.');
        return written;
      },
    });
  });
}
