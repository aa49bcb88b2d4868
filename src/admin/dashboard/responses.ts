/** Two responses side by side, with what differs marked. */
import { duration, plural } from '../../lib/figures.ts';
import type { Difference } from '../../model/difference.ts';
import type { Fields } from '../../model/exchange.ts';
import type { RecordedBody, RecordedLeg } from '../../model/finding.ts';
import { type Html, html } from './html.ts';
import { type Line, layOutJson, markLines } from './sides.ts';

/** A leg with its title. */
export interface NamedLeg {
  readonly name: string;
  readonly leg: RecordedLeg;
}

/**
 * @param differences of this pair. Only header fields that are among them are marked, because dates, lengths and
 * connection fields always differ.
 */
export function sideBySide(left: NamedLeg, right: NamedLeg, differences: readonly Difference[]): Html {
  const bodies = marked(left.leg, right.leg, responseText);
  const heads = marked(left.leg, right.leg, headText);
  const differing = differingFields(differences);
  const markedHead = (lines: readonly Line[]) =>
    lines.map(({ text, differs }) => ({ text, differs: differs && differing.has(fieldName(text)) }));
  return html`<div class="sides">${response(left, markedHead(heads.left), bodies.left)}${response(right, markedHead(heads.right), bodies.right)}</div>`;
}

/** If the other leg gave no response, nothing is marked; otherwise everything would be. */
function marked(left: RecordedLeg, right: RecordedLeg, textOf: (leg: RecordedLeg) => string) {
  if ('failure' in left) return markLines(textOf(right), textOf(right));
  return markLines(textOf(left), textOf('failure' in right ? left : right));
}

/** The fields of a request or a response, as they are sent. */
export function fieldText(fields: Fields): string {
  const lines: string[] = [];
  for (let at = 0; at < fields.length; at += 2) lines.push(`${fields[at]}: ${fields[at + 1]}`);
  return lines.join('\n');
}

export function bodyText({ encoding, content, truncated }: RecordedBody): string {
  return encoding === 'utf8' && isJson(content, truncated) ? layOutJson(content) : content;
}

/** Text of several lines without marks. */
export function plainText(text: string): Html {
  return block(text.split('\n').map((line) => ({ text: line, differs: false })));
}

function response({ name, leg }: NamedLeg, headLines: readonly Line[], bodyLines: readonly Line[]): Html {
  if ('failure' in leg) {
    return html`<section><h3>${name}</h3><p class="notice">${leg.failure}: ${leg.detail}</p></section>`;
  }
  const { status, reason, body, timing } = leg;
  const what = `Body, ${plural(body.length, 'byte')}${body.encoding === 'base64' ? ', not text, shown in base64' : ''}${body.truncated ? ', cut' : ''}`;
  return html`<section><h3>${name} <span class="faint">${status} ${reason} · ${duration(timing.lastByte)}</span></h3>
<details open><summary>Header fields</summary>${block(headLines)}</details>
<p class="faint">${what}</p>
${body.length > 0 && block(bodyLines)}</section>`;
}

function block(lines: readonly Line[]): Html {
  return html`<pre>${lines.map(({ text, differs }) => (differs ? html`<mark>${text}</mark>` : html`<span>${text}</span>`))}</pre>`;
}

/** Names in lower case. A path may continue after the name, into the field's value. */
function differingFields(differences: readonly Difference[]): ReadonlySet<string> {
  return new Set(differences.flatMap(({ path }) => /^(?:header|trailer)\.([^.[]+)/.exec(path)?.[1] ?? []));
}

function fieldName(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}

function headText(leg: RecordedLeg): string {
  if ('failure' in leg) return '';
  const trailers = leg.trailers.length > 0 ? `\n\n${fieldText(leg.trailers)}` : '';
  return fieldText(leg.fields) + trailers;
}

function responseText(leg: RecordedLeg): string {
  return 'failure' in leg ? '' : bodyText(leg.body);
}

/** If a text was cut, only its beginning can be compared. */
function isJson(text: string, truncated: boolean): boolean {
  if (!/^\s*[{[]/.test(text)) return false;
  if (truncated) return true;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
