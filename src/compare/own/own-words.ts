import type { CompareConfig } from '../../config/compare-types.ts';
import type { ComparedTarget } from '../../config/compared-targets.ts';
import { type FieldsByName, fieldsByName } from '../../content/fields.ts';
import { addMarker, COPY_MARKER } from '../../model/copy-marker.ts';
import type { RequestHead } from '../../model/exchange.ts';
import type { Copy } from '../comparison.ts';
import type { Discrepancy } from '../discrepancy.ts';
import type { Value } from '../value.ts';
import { type Fold, foldOrigins, mentions } from './origins.ts';
import {
  isFieldAlone,
  isShownName,
  type SentField,
  sentApart,
  withoutBrokenLine,
  withoutField,
  withValue,
} from './sent-fields.ts';

/*
 * What two responses say about their targets and the requests that these got: each side's own origin, the parent span
 * and the marker of a copy, fields that the configuration sets. It differs even where the services don't. Two texts are
 * the same if they are equal apart from this, and each side shows its own values.
 */

type Side = 'left' | 'right';

/** The own words of one pair. */
export class OwnWords {
  /** The text of each side without its own words. */
  readonly left: Fold;
  readonly right: Fold;
  /** Maps left and right texts that may be equal to the same text: for matching. */
  readonly alike: Fold;
  readonly #words: RegExp;
  /** The id of the trace, in lower case. */
  readonly #trace: string | undefined;
  readonly #span: string | undefined;
  readonly #fields: readonly SentField[];

  constructor(origins: OriginFolds, trace: Trace | undefined, fields: readonly SentField[]) {
    const foldTrace = trace === undefined ? (text: string) => text : foldSpans(trace.id);
    this.left = (text) => foldTrace(origins.left(text));
    this.right = (text) => foldTrace(origins.right(text));
    this.alike = (text) => foldTrace(origins.both(text));
    this.#words = origins.words;
    this.#trace = trace?.id;
    this.#span = trace?.span;
    this.#fields = fields;
  }

  /** Whether `alike` may change this text. */
  isIn(text: string): boolean {
    if (this.#words.test(text)) return true;
    return this.#trace !== undefined && text.length > this.#trace.length && text.toLowerCase().includes(this.#trace);
  }

  /** Whether two different texts are the same apart from these words. */
  areSame(left: string, right: string): boolean {
    if (left === this.#span && SPAN.test(right)) return true;
    const [l, r] = [this.left(left), this.right(right)];
    return l === r || (this.#fields.length > 0 && this.#sameBut(l, r, this.#fields));
  }

  #sameBut(left: string, right: string, [field, ...others]: readonly SentField[]): boolean {
    if (left === right) return true;
    if (field === undefined) return false;
    const { name } = field;
    const l = field.left === undefined ? undefined : this.left(field.left);
    const r = field.right === undefined ? undefined : this.right(field.right);
    if (l !== undefined && r !== undefined) return this.#sameBut(left, withValue(right, name, r, l), others);
    return (
      this.#sameBut(left, right, others) ||
      (r !== undefined &&
        right.includes(r) &&
        withoutField(right, name, r).some((rest) => this.#sameBut(left, rest, others))) ||
      (l !== undefined &&
        left.includes(l) &&
        withoutField(left, name, l).some((rest) => this.#sameBut(rest, right, others)))
    );
  }

  /** The lines of a text, without lines that show a field that only this side got. */
  linesOf(side: Side, lines: readonly string[]): readonly string[] {
    const fields = this.#onlyOf(side);
    const isOwn = (line: string) =>
      fields.some(({ name, value }) => line.includes(value) && isFieldAlone(line, name, value));
    return lines.some(isOwn) ? lines.filter((line) => !isOwn(line)) : lines;
  }

  /** Markup without such lines. */
  markupOf(side: Side, bytes: Buffer): Buffer {
    const fields = this.#onlyOf(side).filter(({ value }) => bytes.includes(value, 0, 'latin1'));
    if (fields.length === 0) return bytes;
    const text = bytes.toString('latin1');
    return Buffer.from(
      fields.reduce((rest, { name, value }) => withoutBrokenLine(rest, name, value), text),
      'latin1',
    );
  }

  #onlyOf(side: Side): readonly { readonly name: string; readonly value: string }[] {
    return this.#fields.flatMap((field) => {
      const value = onlyOf(side, field);
      return value === undefined ? [] : [{ name: field.name, value }];
    });
  }

  /** Whether these words explain the whole difference. */
  explains({ kind, path, left, right }: Discrepancy): boolean {
    if (left !== undefined && right !== undefined) {
      if ((kind !== 'value' && kind !== 'header') || left.type !== 'string' || right.type !== 'string') return false;
      const [l, r] = [left.whole ?? left.text, right.whole ?? right.text];
      return this.areSame(l, r) || this.#fields.some((field) => isShown(path, field.name) && has(field, l, r));
    }
    if (kind !== 'added' && kind !== 'removed' && kind !== 'header') return false;
    const value = left ?? right;
    return value !== undefined && this.#fields.some((field) => isField(path, value, field, left ? 'left' : 'right'));
  }
}

const SPAN = /^[\da-f]{16}$/i;

/** Of any trace: a pattern of its own for each pair took a fifth of the compare thread's time. */
const SPANS = /([\da-f]{32})-[\da-f]{16}(?![\da-f])/gi;

function foldSpans(traceId: string): Fold {
  return (text) =>
    text.replaceAll(SPANS, (whole: string, id: string) => (id.toLowerCase() === traceId ? `${id}-` : whole));
}

function has({ left, right }: SentField, l: string, r: string): boolean {
  return left === l && right === r;
}

function onlyOf(side: Side, field: SentField): string | undefined {
  return field[side === 'left' ? 'right' : 'left'] === undefined ? field[side] : undefined;
}

/** The last name of a path, without elements and the text of markup: `$.headers['X-Env'][*]`. */
function isShown(path: string, name: string): boolean {
  const step = /(?:\.|\[')([^.'[\]]+)(?:'\])?$/.exec(path.replace(/(?:\[\*\]|\['#text'\])+$/, ''))?.[1];
  return step !== undefined && isShownName(step, name);
}

/** A larger value is not a field. */
const LARGEST = 16 * 1024;

/** Whether a member, an element or a line that only one side has shows a field that only its target got. */
function isField(path: string, value: Value, field: SentField, side: Side): boolean {
  const sent = onlyOf(side, field);
  if (sent === undefined) return false;
  const { name } = field;
  const texts = textsIn(value, name);
  if (texts === undefined) return false;
  if (isShown(path, name))
    return texts.includes(sent) && texts.every((text) => text === sent || isShownName(text, name));
  if (!path.endsWith('[*]') && path !== 'line') return false;
  const whole = texts.join(' ');
  return isFieldAlone(whole, name, sent) || isFieldAlone(texts.toReversed().join(' '), name, sent);
}

/** All texts in a value, except attributes and the order of markup, and member names that are the field's name. */
function textsIn({ type, text, whole }: Value, field: string): readonly string[] | undefined {
  if (text.length > LARGEST) return undefined;
  if (type === 'string') return [whole ?? text];
  if (type !== 'object' && type !== 'array') return undefined;
  try {
    return [...textsOf(JSON.parse(text), field)];
  } catch {
    return undefined;
  }
}

function* textsOf(value: unknown, field: string): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (Array.isArray(value)) for (const element of value) yield* textsOf(element, field);
  else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      if (isShownName(name, field)) yield name;
      if (!STYLE.test(name)) yield* textsOf(member, field);
    }
  }
}

const STYLE = /^(?:@(?:class|id|style|title|role)|#order|#comment)$/;

interface Trace {
  /** In lower case. */
  readonly id: string;
  /** The primary's span id. */
  readonly span: string;
}

/** https://www.w3.org/TR/trace-context, section 3.2. */
function traceOf(request: FieldsByName): Trace | undefined {
  const [, id, span] =
    /^(?!ff)[\da-f]{2}-([\da-f]{32})-([\da-f]{16})(?=-|$)/i.exec(request.get('traceparent')?.[0] ?? '') ?? [];
  return id === undefined || span === undefined ? undefined : { id: id.toLowerCase(), span };
}

interface OriginFolds {
  readonly left: Fold;
  readonly right: Fold;
  readonly both: Fold;
  readonly words: RegExp;
}

const NO_ORIGINS: OriginFolds = {
  left: (text) => text,
  right: (text) => text,
  both: (text) => text,
  words: /(?!)/,
};

/** `hosts`: the Host values that the targets get for the requested host, where they differ. */
function originFolds(left: ComparedTarget, right: ComparedTarget, hosts: SentField | undefined): OriginFolds {
  const groups = [
    { mark: 'origin', left: left.origins, right: right.origins },
    { mark: 'host', left: originsAt(hosts?.left), right: originsAt(hosts?.right) },
  ].filter((group) => group.left.length > 0 && group.right.length > 0);
  if (groups.length === 0) return NO_ORIGINS;
  const folding = (origins: (group: (typeof groups)[number]) => readonly string[]): Fold => {
    const folds = groups.map((group) => foldOrigins(origins(group), group.mark));
    return (text) => folds.reduce((folded, fold) => fold(folded), text);
  };
  return {
    left: folding((group) => group.left),
    right: folding((group) => group.right),
    both: folding((group) => [...new Set([...group.left, ...group.right])]),
    words: mentions(groups.flatMap((group) => [...group.left, ...group.right])),
  };
}

function originsAt(authority: string | undefined): readonly string[] {
  return ['http', 'https']
    .map((scheme) => `${scheme}://${authority}`)
    .filter((url) => authority !== undefined && URL.canParse(url));
}

/** Makes the function that returns the own words of a pair. Made once per route. */
export function ownWords({
  targets,
}: CompareConfig): (request: RequestHead | undefined, copy: Copy) => OwnWords | undefined {
  const byHosts = new Map<string, OriginFolds>();
  return (request, copy) => {
    const { leg, servedBy, marker } = copy;
    const isServing = leg === servedBy;
    const [left, right] = [targets?.primary, (isServing ? targets?.candidate : undefined) ?? targets?.[leg]];
    const fields = fieldsByName(request?.fields ?? []);
    const apart = left === undefined || right === undefined ? [] : sentApart(left, right, fields);
    const hosts = apart.find(({ name }) => name === 'host');
    const key = `${leg} ${isServing} ${hosts?.left} ${hosts?.right}`;
    const folds = byHosts.get(key) ?? (left && right ? originFolds(left, right, hosts) : NO_ORIGINS);
    if (byHosts.size < MOST_HOSTS) byHosts.set(key, folds);
    const trace = traceOf(fields);
    if (folds === NO_ORIGINS && trace === undefined && apart.length === 0 && marker === undefined) return undefined;
    const sent = marker === undefined ? apart : [...apart, ...markersSent(fields, marker, copy)];
    return new OwnWords(
      folds,
      trace,
      sent.filter(({ name }) => name !== 'traceparent'),
    );
  };
}

/** The marker of copies, where only one of the two got a copy. A request that is a copy itself has one already. */
function markersSent(request: FieldsByName, marker: string, { leg, servedBy = 'primary' }: Copy): readonly SentField[] {
  const itself = request.get(COPY_MARKER)?.join(', ');
  const copied = addMarker(itself, marker);
  const [left, right] = [servedBy === 'primary' ? itself : copied, servedBy === leg ? itself : copied];
  if (left === right) return [];
  return [{ name: COPY_MARKER, ...(left !== undefined && { left }), ...(right !== undefined && { right }) }];
}

/** Clients may ask for any host: the results for further hosts are not cached. */
const MOST_HOSTS = 32;
