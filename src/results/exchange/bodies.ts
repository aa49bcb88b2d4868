/** How the bodies of an exchange are laid out beside each other. */
import { plural } from '../../lib/figures.ts';
import type { RecordedBody, RecordedExchange, RecordedLeg } from '../../model/finding.ts';
import { readJson } from './json-text.ts';
import { Marks } from './marks.ts';
import { pairUp } from './pairing.ts';
import { folded, jsonRows, lineRows, type Part, type Row } from './rows.ts';

/** The rows of all bodies, in the order primary, shadow, control. A leg without a response leaves its cells empty. */
export function bodyParts(exchange: RecordedExchange): readonly Part[] {
  const { primary, shadow, control } = exchange;
  const bodies = legsOf(exchange).map(({ leg }) => ('failure' in leg ? undefined : leg.body));
  const rows = rowsOf(bodies, new Marks(exchange));
  const isUncompared = 'failure' in primary || 'failure' in shadow;
  const hasControl = control !== undefined && !('failure' in control);
  if (isUncompared) return [{ kind: 'rows', rows: rows.map(unmarked) }];
  return folded(hasControl ? rows : rows.map((row) => ({ ...row, controlDiffers: false })));
}

function rowsOf(bodies: readonly (RecordedBody | undefined)[], marks: Marks): readonly Row[] {
  const read = bodies.map((body) => body && jsonOf(body));
  const isJson = bodies.every((body, at) => body === undefined || body.length === 0 || read[at] !== undefined);
  if (isJson && read.some((each) => each !== undefined)) return jsonRows(pairUp(read), marks);
  const texts = bodies.map((body) => body && linesOf(body));
  return lineRows(texts, marks);
}

function unmarked({ mark: _, change: __, ...row }: Row): Row {
  return { ...row, controlDiffers: false, leads: false };
}

/** Whether a difference may lie behind what was recorded of the bodies. */
export function isCut(exchange: RecordedExchange): boolean {
  return legsOf(exchange).some(({ leg }) => !('failure' in leg) && leg.body.truncated);
}

export interface NamedLeg {
  readonly name: 'primary' | 'shadow' | 'control';
  readonly leg: RecordedLeg;
}

export function legsOf({ primary, shadow, control }: RecordedExchange): readonly NamedLeg[] {
  return [
    { name: 'primary', leg: primary },
    { name: 'shadow', leg: shadow },
    ...(control === undefined ? [] : [{ name: 'control', leg: control } as const]),
  ];
}

function jsonOf({ encoding, content, truncated }: RecordedBody) {
  return encoding === 'utf8' ? readJson(content, truncated) : undefined;
}

/** Markup is often one line: each tag begins one. Base64 gets lines of one width. */
function linesOf({ encoding, content }: RecordedBody): string {
  if (encoding === 'base64') return content.replace(/.{76}(?=.)/g, '$&\n');
  return /^\s*</.test(content) ? content.replace(/>[ \t]*(?=<)/g, '>\n') : content;
}

/** `1,024 bytes, recorded in part` */
export function bodyInWords({ length, encoding, truncated }: RecordedBody): string {
  const what = plural(length, 'byte');
  return `${what}${encoding === 'base64' ? ', not text' : ''}${truncated ? ', recorded in part' : ''}`;
}
