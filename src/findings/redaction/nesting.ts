import type { NameRule } from './names.ts';

/** An open bracket. */
export interface Frame {
  readonly name: string;
  /** Of all strings and numbers in it. */
  readonly rule: NameRule | undefined;
  readonly bracket: string;
  /** What `name` or `key` of this object said, for its `value`. */
  label: string;
}

/** YAML below a name: all lines that are further in. */
export interface Block {
  readonly indent: number;
  readonly name: string;
  /** Of all that is in it. */
  readonly rule: NameRule | undefined;
}
