import type { RedactConfig } from '../../config/types.ts';
import { JsonPlace, lastNames } from './json-places.ts';
import { CONFIGURED, decodeComponent, SecretNames } from './names.ts';
import type { ParameterRule } from './parameters.ts';

/** What is hidden in addition to the default rules, and which default rules are off. */
export type RedactionConfig = Pick<RedactConfig, 'headers' | 'query' | 'paths'> & Partial<Pick<RedactConfig, 'allow'>>;

/** The configuration of redaction, prepared once. */
export class RedactionRules {
  readonly names: SecretNames;
  /** The root of every JSON body. */
  readonly root: JsonPlace;
  readonly #members: readonly { readonly name: string; readonly inText: RegExp }[];

  /** Throws for a path that is not a JSONPath query. */
  constructor({ headers, query, paths, allow }: RedactionConfig) {
    this.names = new SecretNames(headers, query, allow);
    this.root = JsonPlace.root(paths);
    this.#members = lastNames(paths).map((name) => ({
      name,
      inText: new RegExp(`${escaped(name)}\\\\*["']?\\s*:`),
    }));
  }

  /**
   * The place of a form field. The comparison names fields like members of an object, and so may the configured paths.
   */
  readonly field: ParameterRule = (name) =>
    this.names.parameter(name) ?? (this.root.child({ name: decodeComponent(name) }).covered ? CONFIGURED : undefined);

  /** Whether a text that is not JSON, but may contain some, may hold a value that a path leads to. */
  mayHoldSecret(text: string): boolean {
    return this.#members.some(({ inText }) => inText.test(text));
  }

  /** The same for other formats, which write names differently. */
  mayHoldSecretBytes(bytes: Buffer): boolean {
    return this.#members.some(({ name }) => bytes.includes(name));
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
