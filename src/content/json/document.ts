import type { JSONValue } from 'json-p3';
import { giveBack } from './node-buffers.ts';

/** Integers per node: where its source starts, where it ends, and the node after its subtree. */
export const NODE_WIDTH = 3;

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/**
 * A JSON text as a flat index over its bytes. No objects are built, and the source text of numbers and duplicate
 * members are kept. Depth costs nothing: nodes lie in document order, and a container ends by a link instead of
 * recursion. A member is two nodes, its name (a string) and its value. The document's own value is node 0.
 */
export class JsonDocument {
  readonly bytes: Buffer;
  /** Number of nodes. */
  readonly size: number;
  #nodes: Int32Array;
  #value: JSONValue | undefined;

  constructor(bytes: Buffer, nodes: Int32Array, size: number) {
    this.bytes = bytes;
    this.size = size;
    this.#nodes = nodes;
  }

  /** Gives the memory of the index to later documents. This document must not be used afterwards. */
  release(): void {
    giveBack(this.#nodes);
    this.#nodes = NO_NODES;
  }

  start(node: number): number {
    return this.#nodes[node * NODE_WIDTH]!;
  }

  end(node: number): number {
    return this.#nodes[node * NODE_WIDTH + 1]!;
  }

  /** The next sibling, or, after the last child, the node after the parent's subtree. */
  next(node: number): number {
    return this.#nodes[node * NODE_WIDTH + 2]!;
  }

  type(node: number): JsonType {
    return TYPE_OF_BYTE[this.bytes[this.start(node)]!]!;
  }

  /** The nodes of an array's elements. */
  elements(array: number): number[] {
    const elements: number[] = [];
    const end = this.next(array);
    for (let node = array + 1; node < end; node = this.next(node)) elements.push(node);
    return elements;
  }

  /** The nodes of an object's member names; each value is the node after its name. */
  names(object: number): number[] {
    const names: number[] = [];
    const end = this.next(object);
    for (let node = object + 1; node < end; node = this.next(node + 1)) names.push(node);
    return names;
  }

  /** The source text of a node, one byte per character. */
  source(node: number): string {
    return this.bytes.toString('latin1', this.start(node), this.end(node));
  }

  /** Whether a node's source equals these bytes. */
  isWritten(node: number, bytes: Uint8Array): boolean {
    const start = this.start(node);
    if (this.end(node) - start !== bytes.length) return false;
    for (let offset = 0; offset < bytes.length; offset++) {
      if (this.bytes[start + offset] !== bytes[offset]) return false;
    }
    return true;
  }

  /** A node as a JavaScript value, for filters. Exact, except for large numbers and duplicate members. */
  valueOf(node: number): JSONValue {
    if (node !== 0) return JSON.parse(this.bytes.toString('utf8', this.start(node), this.end(node)));
    this.#value ??= JSON.parse(this.bytes.toString('utf8', this.start(0), this.end(0))) as JSONValue;
    return this.#value;
  }
}

const NO_NODES = new Int32Array(0);

const TYPE_OF_BYTE: readonly JsonType[] = Array.from({ length: 256 }, (_, byte): JsonType => {
  switch (String.fromCharCode(byte)) {
    case '{':
      return 'object';
    case '[':
      return 'array';
    case '"':
      return 'string';
    case 't':
    case 'f':
      return 'boolean';
    case 'n':
      return 'null';
    default:
      return 'number';
  }
});
