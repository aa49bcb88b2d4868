import { fileFailure } from '../lib/file-failure.ts';
import { type Descriptors, missingTypes, readDescriptors } from '../lib/protobuf/descriptors.ts';
import { quote } from './document.ts';
import type { Position, Problem } from './problem.ts';
import type { ReadFile } from './read-file.ts';
import { nameOf, type Path } from './tree.ts';
import type { DescriptorSet, ProtobufConfig } from './types.ts';

interface ProtobufSettings {
  readonly descriptors?: string | undefined;
  readonly message?: string | undefined;
}

interface KnownSet {
  readonly set: DescriptorSet;
  readonly types: Descriptors;
}

/**
 * The descriptor sets that the configuration names. They are read along with it, each file once, so that a bad one
 * changes nothing. What is wrong with them is collected.
 */
export class DescriptorFiles {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
  readonly #readFile: ReadFile;
  readonly #locate: (path: Path) => Position;
  readonly #known = new Map<string, KnownSet | undefined>();

  constructor(source: { readonly readFile: ReadFile; readonly locate: (path: Path) => Position }) {
    this.#readFile = source.readFile;
    this.#locate = source.locate;
  }

  /** What a section says, laid over what it inherits; undefined if neither says anything, or what they say is wrong. */
  types(section: Path, own: ProtobufSettings = {}, inherited: ProtobufSettings = {}): ProtobufConfig | undefined {
    const file = own.descriptors ?? inherited.descriptors;
    const message = own.message ?? inherited.message;
    const option = [...section, 'message'];
    if (file === undefined) {
      if (own.message !== undefined) {
        this.#report(option, 'without descriptors', own.message, 'a message beside descriptors, here or under compare');
      }
      return undefined;
    }
    const known = this.#read([...section, 'descriptors'], file);
    if (known === undefined) return undefined;
    if (message !== undefined && !known.types.messages.has(message)) {
      this.#report(option, `not in ${file}`, message, someOf([...known.types.messages.keys()]));
    }
    return { descriptors: known.set, ...(message === undefined ? {} : { message }) };
  }

  #read(option: Path, file: string): KnownSet | undefined {
    if (!this.#known.has(file)) this.#known.set(file, this.#readNew(option, file));
    return this.#known.get(file);
  }

  #readNew(option: Path, file: string): KnownSet | undefined {
    const allowed = 'a FileDescriptorSet, as protoc --descriptor_set_out and buf build write it';
    let base64: string;
    try {
      base64 = this.#readFile(file, 'base64');
    } catch (error) {
      this.#report(option, `cannot be read (${fileFailure(error)})`, file, allowed);
      return undefined;
    }
    const types = readDescriptors(Buffer.from(base64, 'base64'));
    if (types === undefined) {
      this.#report(option, 'no descriptors of messages', file, allowed);
      return undefined;
    }
    const missing = missingTypes(types);
    if (missing.length > 0) {
      this.warnings.push({
        ...this.#locate(option),
        message: `${nameOf(option)}: types of imported files are missing, so that their fields are compared by number; found ${quote(file)} without ${someOf(missing)}; protoc adds them with --include_imports`,
      });
    }
    return { set: { file, base64 }, types };
  }

  #report(option: Path, wrong: string, found: string, allowed: string): void {
    this.problems.push({
      ...this.#locate(option),
      message: `${nameOf(option)}: ${wrong}; found ${quote(found)}; allowed: ${allowed}`,
    });
  }
}

const SHOWN = 10;

function someOf(names: readonly string[]): string {
  const shown = names.toSorted().slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
