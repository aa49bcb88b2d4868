import type { JsonDocument, JsonType } from '../../content/json/document.ts';
import { stringText } from '../../content/json/string.ts';
import { excerpt, type Value } from '../value.ts';

/** A node as one side of a difference. Nothing is decoded before it is needed. */
export class JsonValue implements Value {
  readonly #document: JsonDocument;
  readonly #node: number;

  constructor(document: JsonDocument, node: number) {
    this.#document = document;
    this.#node = node;
  }

  get type(): JsonType {
    return this.#document.type(this.#node);
  }

  get text(): string {
    return this.type === 'string' ? stringText(this.#document, this.#node) : this.#source(Infinity);
  }

  get shown(): string {
    return this.#source(Infinity);
  }

  get excerpt(): string {
    return excerpt(this.#source(MOST_BYTES));
  }

  #source(most: number): string {
    const start = this.#document.start(this.#node);
    return this.#document.bytes.toString('utf8', start, Math.min(this.#document.end(this.#node), start + most));
  }
}

/** More than an excerpt can show. */
const MOST_BYTES = 1024;
