import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { onDemand } from '../../lib/on-demand.ts';
import type { Format } from './format.ts';
import { arrayOf, objectOf, quoted } from './json-text.ts';
import { markupText } from './markup-text.ts';

/**
 * YAML 1.2 as JSON, with numbers digit for digit; several documents are an array. Layout, quoting and comments make no
 * difference. A value with a tag of its own is an object with `#tag` and `value`. Aliases are replaced by their values,
 * unless that makes the body many times longer: then it is not read as YAML.
 */
export const yaml: Format = {
  name: 'YAML',
  load: () => {
    library();
  },
  claims: ({ essence, suffix }) => suffix === 'yaml' || /[/.-]yaml$/.test(essence),
  read: (body) => {
    const text = markupText(body, /(?!)/);
    if ('problem' in text) return text;
    const documents = library().parseAllDocuments(text.text, OPTIONS);
    const json: string[] = [];
    for (const document of documents) {
      const [error] = document.errors;
      if (error !== undefined) return { problem: `${error.message} at character ${error.pos[0]}` };
      const written = new Writer(MOST_GROWTH * (text.text.length + 64)).document(document);
      if (typeof written !== 'string') return written;
      json.push(written);
    }
    if (json.length === 0) return { problem: 'there is no document in it' };
    return { json: Buffer.from(json.length === 1 ? json[0]! : arrayOf(json)), mark: text.mark };
  },
};

const library = onDemand<typeof import('yaml')>('yaml');

const OPTIONS = { intAsBigInt: true, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const;

/** How many times longer the JSON may be than the YAML. */
const MOST_GROWTH = 16;

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[Ee][+-]?\d+)?$/;

/** Standard tags add nothing to the value. */
const COMMON_TAG = 'tag:yaml.org,2002:';

class Unreadable extends Error {}

class Writer {
  /** The present value of each anchor. */
  readonly #anchors = new Map<string, Node>();
  /** Characters that may still be written. */
  #left: number;

  constructor(most: number) {
    this.#left = most;
  }

  document({ contents }: Pick<Document, 'contents'>): string | { readonly problem: string } {
    try {
      return this.#value(contents);
    } catch (error) {
      if (error instanceof Unreadable) return { problem: error.message };
      throw error;
    }
  }

  #value(node: Node | null): string {
    // Nested aliases may expand to a huge number of empty lists, which write few characters.
    if (--this.#left < 0) throw new Unreadable('its aliases expand to too much');
    const { isAlias, isMap, isScalar, isSeq } = library();
    if (isAlias(node)) return this.#value(this.#anchored(node.source));
    if (isMap(node)) return this.#tagged(node, () => this.#map(node));
    if (isSeq(node)) return this.#tagged(node, () => this.#sequence(node));
    if (isScalar(node)) return this.#tagged(node, () => this.#counted(scalarJson(node)));
    return this.#counted('null');
  }

  #anchored(name: string): Node {
    const node = this.#anchors.get(name);
    if (node === undefined) throw new Unreadable(`nothing before it is anchored as ${name}`);
    return node;
  }

  #tagged(node: (Scalar | YAMLMap | YAMLSeq) & { readonly anchor?: string }, json: () => string): string {
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag === undefined || node.tag.startsWith(COMMON_TAG)) return json();
    return objectOf([
      ['#tag', quoted(node.tag)],
      ['value', json()],
    ]);
  }

  #map({ items }: YAMLMap): string {
    return objectOf(
      items.map(({ key, value }: Pair) => [this.#name(key as Node), this.#value(value as Node)] as const),
    );
  }

  #sequence({ items }: YAMLSeq): string {
    return arrayOf(items.map((item) => this.#value(item as Node)));
  }

  /** The name for a key; for a key that is not text, its JSON text. */
  #name(key: Node | null): string {
    const json = this.#value(key);
    return json.startsWith('"') ? JSON.parse(json) : json;
  }

  #counted(json: string): string {
    this.#left -= json.length;
    return json;
  }
}

function scalarJson({ value, source }: Scalar): string {
  switch (typeof value) {
    case 'string':
      return quoted(value);
    case 'number':
      if (source !== undefined && JSON_NUMBER.test(source)) return source;
      return Number.isFinite(value) ? String(value) : quoted(source ?? String(value));
    default:
      return String(value);
  }
}
