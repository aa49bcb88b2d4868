import { type Descriptors, missingTypes, readDescriptors } from '../lib/protobuf/descriptors.ts';
import type { DescriptorSet, ProtobufConfig } from './compare-types.ts';
import type { NamedFiles } from './named-files.ts';
import { quote } from './quote.ts';
import type { Path } from './tree.ts';

interface ProtobufSettings {
  readonly descriptors?: string | undefined;
  readonly message?: string | undefined;
}

interface KnownSet {
  readonly set: DescriptorSet;
  readonly types: Descriptors;
}

/** The descriptor sets that the configuration names. Each is read once. */
export class DescriptorFiles {
  readonly #files: NamedFiles;
  readonly #known = new Map<string, KnownSet | undefined>();

  constructor(files: NamedFiles) {
    this.#files = files;
  }

  /** The section's settings, laid over inherited ones. Undefined if there are none, or they are wrong. */
  types(section: Path, own: ProtobufSettings = {}, inherited: ProtobufSettings = {}): ProtobufConfig | undefined {
    const file = own.descriptors ?? inherited.descriptors;
    const message = own.message ?? inherited.message;
    const option = [...section, 'message'];
    if (file === undefined) {
      if (own.message !== undefined) {
        this.#files.report(
          option,
          'without descriptors',
          own.message,
          'a message together with descriptors, here or under compare',
        );
      }
      return undefined;
    }
    const known = this.#read([...section, 'descriptors'], file);
    if (known === undefined) return undefined;
    if (message !== undefined && !known.types.messages.has(message)) {
      this.#files.report(option, `not in ${file}`, message, someOf([...known.types.messages.keys()]));
    }
    return { descriptors: known.set, ...(message === undefined ? {} : { message }) };
  }

  #read(option: Path, file: string): KnownSet | undefined {
    if (!this.#known.has(file)) this.#known.set(file, this.#readNew(option, file));
    return this.#known.get(file);
  }

  #readNew(option: Path, file: string): KnownSet | undefined {
    const allowed = 'a FileDescriptorSet, as protoc --descriptor_set_out and buf build write it';
    const base64 = this.#files.read(option, file, allowed, 'base64');
    if (base64 === undefined) return undefined;
    const types = readDescriptors(Buffer.from(base64, 'base64'));
    if (types === undefined) {
      this.#files.report(option, 'has no descriptors of messages', file, allowed);
      return undefined;
    }
    const missing = missingTypes(types);
    if (missing.length > 0) {
      this.#files.warn(
        option,
        `types of imported files are missing, so their fields are compared by number; found ${quote(file)} without ${someOf(missing)}; protoc adds them with --include_imports`,
      );
    }
    return { set: { file, base64 }, types };
  }
}

const SHOWN = 10;

function someOf(names: readonly string[]): string {
  const shown = names.toSorted().slice(0, SHOWN).join(', ');
  return names.length > SHOWN ? `${shown} and ${names.length - SHOWN} more` : shown;
}
