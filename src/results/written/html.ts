import { printableLines } from '../../lib/printable.ts';

/**
 * Safe markup. Only `html` makes it; it escapes everything that is not markup already, and shows invisible characters
 * as text.
 */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Undefined and false give nothing; lists are joined. */
export type Content = Html | string | number | undefined | false | readonly Content[];

/** Markup with values. A value in an attribute must be in double quotes. */
export function html(markup: TemplateStringsArray, ...holes: readonly Content[]): Html {
  return new Html(markup.reduce((text, part, index) => text + render(holes[index - 1]) + part));
}

function render(content: Content): string {
  if (content === undefined || content === false) return '';
  if (content instanceof Html) return content.text;
  return typeof content === 'object' ? content.map(render).join('') : escapeText(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return printableLines(text).replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}
