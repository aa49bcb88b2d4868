import { type Content, Html, html } from './html.ts';
import { STYLE } from './style.ts';

export interface Page {
  readonly title: string;
  /** Shown beside the heading. */
  readonly status: Content;
  readonly content: Content;
}

const STYLE_SHEET = new Html(`<style>${STYLE}</style>`);

export function layout({ title, status, content }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
${STYLE_SHEET}
</head>
<body>
<header><h1><a href="/">Understudy</a></h1>${status}</header>
<main>${content}</main>
</body>
</html>
`;
}
