/** One recorded exchange: its request, and its responses beside each other. */
import { duration, moment, plural } from '../../lib/figures.ts';
import type { StoredExchange } from '../../model/store-reader.ts';
import { bodyInWords, bodyParts, legsOf } from '../dashboard/exchange/bodies.ts';
import { asCurl } from '../dashboard/exchange/curl.ts';
import type { Segment } from '../dashboard/exchange/cut.ts';
import { fieldRows } from '../dashboard/exchange/fields.ts';
import type { Mark } from '../dashboard/exchange/marks.ts';
import type { Row } from '../dashboard/exchange/rows.ts';
import { type Content, type Html, html } from './html.ts';

/** So many rows of a body are shown: the file is for reading, and the recording stays where it was. */
const MOST_ROWS = 300;

export function exchangeSection(exchange: StoredExchange): Html {
  const { request, receivedAt, id } = exchange;
  const legs = legsOf(exchange);
  return html`<p><code>${request.method} ${request.target}</code></p>
<p class="faint">${moment(receivedAt)} · exchange ${id}</p>
<ul>${legs.map(({ name, leg }) =>
    'failure' in leg
      ? html`<li>${name}: ${leg.failure}, ${leg.detail}`
      : html`<li>${name}: ${leg.status} ${leg.reason} <span class="faint">· ${duration(leg.timing.lastByte)} · ${bodyInWords(leg.body)}</span>`,
  )}</ul>
<details><summary>As curl</summary><pre>${asCurl(exchange, 'http://127.0.0.1:8080')}</pre></details>
${sides(
  'Header fields',
  legs.map(({ name }) => name),
  headRows(exchange),
)}
${sides(
  'Bodies',
  legs.map(({ name }) => name),
  bodyRows(exchange),
)}`;
}

function sides(title: string, legs: readonly string[], rows: readonly Html[]): Content {
  if (rows.length === 0) return undefined;
  return html`<div class="scroll"><table class="diff"><caption class="faint">${title}</caption><tr><th>${legs.map((name) => html`<th>${name}`)}${rows}</table></div>`;
}

/** Only what differs: the fields of two responses are mostly the same. */
function headRows(exchange: StoredExchange): readonly Html[] {
  return fieldRows(exchange, 'fields')
    .filter(({ mark }) => mark !== undefined && mark.as !== 'no_difference')
    .map(
      ({ name, cells, mark }) =>
        html`<tr class="${mark!.as}"><td>${signOf(mark)}${cells.map((cell) => html`<td>${cell && [`${name}: `, segmentsOf(cell)]}`)}`,
    );
}

function bodyRows(exchange: StoredExchange): readonly Html[] {
  const columns = legsOf(exchange).length;
  const rows: Html[] = [];
  for (const { kind, rows: its } of bodyParts(exchange)) {
    if (rows.length >= MOST_ROWS) {
      rows.push(html`<tr class="fold"><td><td colspan="${columns}">and more rows`);
      break;
    }
    if (kind === 'fold')
      rows.push(html`<tr class="fold"><td><td colspan="${columns}">${plural(its.length, 'equal row')}`);
    else rows.push(...its.slice(0, MOST_ROWS - rows.length).map(bodyRow));
  }
  return rows;
}

/** The deepest indentation. */
const DEEPEST = 16;

function bodyRow({ depth, name, cells, mark, change }: Row): Html {
  const indent = '  '.repeat(Math.min(depth, DEEPEST));
  const label = name === undefined ? '' : `${name}: `;
  return html`<tr class="${mark?.as ?? 'equal'}"><td>${signOf(mark)}${cells.map((cell, side) => html`<td>${cell && [indent, label, segmentsOf(cell)]}${side === 1 && change !== undefined && html` <span class="faint">${change}</span>`}`)}`;
}

const SIGNS: Readonly<Record<Mark['as'], string>> = { difference: '▲', noise: '~', accepted: '✓', no_difference: '=' };

function signOf(mark: Mark | undefined): Content {
  return mark && html`<span title="${mark.as.replace('_', ' ')}: ${mark.kind}">${SIGNS[mark.as]}</span>`;
}

function segmentsOf(segments: readonly Segment[]): Content {
  return segments.map(({ kind, text }) => {
    if (kind === 'differs') return html`<mark>${text}</mark>`;
    return kind === 'same' ? text : html`<span class="faint">…${text}…</span>`;
  });
}
