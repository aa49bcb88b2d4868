import { fileFailure, isForWantOfDescriptors } from '../lib/file-failure.ts';
import type { Position, Problem } from './problem.ts';
import { quote } from './quote.ts';
import type { ReadFile } from './read-file.ts';
import { nameOf, type Path } from './tree.ts';

/**
 * The files that the configuration names. They are read together with it, so that all threads get the same content and
 * a bad file changes nothing. Problems are reported at the option that names the file.
 */
export class NamedFiles {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly #readFile: ReadFile;
  readonly #locate: (path: Path) => Position;

  constructor(source: { readonly readFile: ReadFile; readonly locate: (path: Path) => Position }) {
    this.#readFile = source.readFile;
    this.#locate = source.locate;
  }

  /** Undefined if it can't be read; that is reported. */
  read(option: Path, file: string, allowed: string, encoding?: 'base64'): string | undefined {
    try {
      return this.#readFile(file, encoding);
    } catch (error) {
      this.report(option, `cannot be read (${fileFailure(error)})`, file, allowed);
      const problem = this.problems.at(-1)!;
      if (isForWantOfDescriptors(error)) this.problems.splice(-1, 1, { ...problem, code: 'unread' });
      return undefined;
    }
  }

  report(option: Path, wrong: string, found: string, allowed: string): void {
    this.problems.push(this.#said(option, `${wrong}; found ${quote(found)}; allowed: ${allowed}`));
  }

  warn(option: Path, text: string): void {
    this.warnings.push(this.#said(option, text));
  }

  #said(option: Path, text: string): Problem {
    return { ...this.#locate(option), message: `${nameOf(option)}: ${text}` };
  }
}
