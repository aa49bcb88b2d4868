import { moment } from '../../lib/figures.ts';
import { type Content, Html, html } from './html.ts';
import { STYLE } from './style.ts';

/** Even if something in it were taken for markup, nothing would run, and nothing would be loaded. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/**
 * One file that needs no other.
 * @param at milliseconds since 1970: when it was made
 */
export function htmlDocument(title: string, at: number, content: Content): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="content-security-policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<title>${title} · Understudy</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<h1>${title}</h1>
<p class="faint">By Understudy, ${moment(at)} UTC. All times are UTC. Secrets were redacted when it was recorded.</p>
${content}
</body>
</html>
`.text;
}
