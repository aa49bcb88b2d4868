import type { RedactConfig } from '../../config/types.ts';
import { JsonPlace, lastNames } from './json-places.ts';
import { CONFIGURED, decodeComponent, SecretNames } from './names.ts';
import type { ParameterRule } from './parameters.ts';

/** What is hidden beside what the default rules hide, and what of them is off. */
export type RedactionConfig = Pick<RedactConfig, 'headers' | 'query' | 'paths'> & Partial<Pick<RedactConfig, 'allow'>>;

/** The configuration of redaction, made ready once. */
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

  /** Of a form's fields; the comparison names them as it does the members of an object, and so may the paths. */
  readonly field: ParameterRule = (name) =>
    this.names.parameter(name) ?? (this.root.child({ name: decodeComponent(name) }).covered ? CONFIGURED : undefined);

  /** Whether a text that is no JSON text, but perhaps holds some, may have a value that a path leads to. */
  mayHoldSecret(text: string): boolean {
    return this.#members.some(({ inText }) => inText.test(text));
  }

  /** The same for other formats, which write names in their own ways. */
  mayHoldSecretBytes(bytes: Buffer): boolean {
    return this.#members.some(({ name }) => bytes.includes(name));
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
