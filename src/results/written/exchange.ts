/** One recorded exchange: its request, and its responses beside each other. */
import { duration, moment, plural } from '../../lib/figures.ts';
import type { StoredExchange } from '../../model/store-reader.ts';
import { bodyInWords, bodyParts, isCut, legsOf } from '../exchange/bodies.ts';
import { asCurl, type Scheme } from '../exchange/curl.ts';
import type { Segment } from '../exchange/cut.ts';
import { type ListedDifference, listedDifferences } from '../exchange/differences.ts';
import { fieldRows } from '../exchange/fields.ts';
import { CONTROL_ALONE, type Mark } from '../exchange/marks.ts';
import type { Row } from '../exchange/rows.ts';
import { type Content, type Html, html } from './html.ts';

/** So many rows of a body are shown: the file is for reading, and the recording stays where it was. */
const MOST_ROWS = 300;

export function exchangeSection(exchange: StoredExchange, scheme: Scheme): Html {
  const { request, receivedAt, id } = exchange;
  const legs = legsOf(exchange);
  const names = legs.map(({ name }) => name);
  return html`<p><code>${request.method} ${request.target}</code></p>
<p class="faint">${moment(receivedAt)} · exchange ${id}</p>
<ul>${legs.map(({ name, leg }) =>
    'failure' in leg
      ? html`<li>${name}: ${leg.failure}, ${leg.detail}`
      : html`<li>${name}: ${leg.status} ${leg.reason} <span class="faint">· ${duration(leg.timing.lastByte)} · ${bodyInWords(leg.body)}</span>`,
  )}</ul>
<details><summary>As curl</summary><pre>${asCurl(exchange, scheme)}</pre></details>
${differenceTable(listedDifferences(exchange))}
${sides('Header fields', names, fieldRowsOf(exchange, 'fields'))}
${sides('Trailers', names, fieldRowsOf(exchange, 'trailers'))}
${sides('Bodies', names, bodyRows(exchange))}
${isCut(exchange) && html`<p class="faint">Here the record ends: only the beginning of each body is kept. The comparison had all of it; what it found behind is among the differences.</p>`}`;
}

/** Also what lies behind the end of a recorded body. */
function differenceTable(listed: readonly ListedDifference[]): Content {
  if (listed.length === 0) return undefined;
  const rows = listed.map(
    ({ path, mark, sides, change }) =>
      html`<tr class="${mark.as}"><td>${signOf(mark)}<td>${mark.kind.replaceAll('_', ' ')}<td>${path}${sides.map((side) => html`<td>${segmentsOf(side)}`)}<td>${change}${mark.rule !== undefined && html` <span class="faint">by ${mark.rule}</span>`}`,
  );
  return html`<div class="scroll"><table class="diff"><caption class="faint">Differences</caption><tr><th><th>kind<th>place<th>primary<th>shadow<th>change${rows}</table></div>`;
}

function sides(title: string, legs: readonly string[], rows: readonly Html[]): Content {
  if (rows.length === 0) return undefined;
  return html`<div class="scroll"><table class="diff"><caption class="faint">${title}</caption><tr><th>${legs.map((name) => html`<th>${name}`)}${rows}</table></div>`;
}

/** Only what differs: the fields of two responses are mostly the same. */
function fieldRowsOf(exchange: StoredExchange, of: 'fields' | 'trailers'): readonly Html[] {
  return fieldRows(exchange, of)
    .filter(({ mark }) => mark !== undefined && mark.as !== 'no_difference')
    .map(
      ({ name, cells, mark }) =>
        html`<tr class="${mark!.as}"><td>${signOf(mark)}${cells.map((cell) => html`<td>${cell && [`${name}: `, segmentsOf(cell)]}`)}`,
    );
}

function bodyRows(exchange: StoredExchange): readonly Html[] {
  const rows: Html[] = [];
  for (const row of allBodyRows(exchange)) {
    if (rows.length === MOST_ROWS) return [...rows, acrossLegs(exchange, 'and more rows')];
    rows.push(row);
  }
  return rows;
}

function* allBodyRows(exchange: StoredExchange): Generator<Html, void> {
  for (const { kind, rows } of bodyParts(exchange)) {
    if (kind === 'fold') yield acrossLegs(exchange, plural(rows.length, 'equal row'));
    else for (const row of rows) yield bodyRow(row);
  }
}

function acrossLegs(exchange: StoredExchange, text: string): Html {
  return html`<tr class="fold"><td><td colspan="${legsOf(exchange).length}">${text}`;
}

/** The deepest indentation. */
const DEEPEST = 16;

function bodyRow({ depth, name, cells, mark: shadows, controlDiffers, change }: Row): Html {
  const mark = shadows ?? (controlDiffers ? CONTROL_ALONE : undefined);
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
    return kind === 'same' ? text : html`<span class="faint">${kind === 'cut' ? `…${text}…` : text}</span>`;
  });
}
