import type { Descriptors } from '../../lib/protobuf/descriptors.ts';
import type { ByteOrderMark } from '../charset.ts';
import type { MediaType } from '../media-type.ts';

/** A body after its content codings are taken off, at most `maxDecoded` bytes. */
export interface Body {
  readonly bytes: Buffer;
  /** Undefined without a usable Content-Type. */
  readonly type: MediaType | undefined;
  /** Absent where the route's configuration has no descriptors. */
  readonly protobuf?: ProtobufTypes;
}

/** What is known of the messages in a body. */
export interface ProtobufTypes {
  readonly descriptors: Descriptors;
  /** The full name of their type, unless the body names it itself. */
  readonly message?: string;
}

/** How bodies of one kind are read: as JSON, whose places and values then stand for theirs. Pure. */
export interface Format {
  /** As people read it: `JSON`, `CSV`. */
  readonly name: string;
  /** Whether bodies of this media type are of this format. The first format that claims a type has it. */
  claims(type: MediaType): boolean;
  /** Read as `markup.ts` says: then the order of siblings is a member, and places are many. */
  readonly markup?: true;
  /** Loads the parser that reading needs; that takes longer than many a body does. */
  readonly load?: () => void;
  /** The same as JSON text in UTF-8, with numbers digit for digit. */
  read(body: Body): Reading;
}

export type Reading =
  | {
      readonly json: Buffer;
      readonly mark?: ByteOrderMark | undefined;
      /** What stands around the JSON: by the name that it has as a member of the root, such as `#callback`. */
      readonly asides?: ReadonlyMap<string, string>;
    }
  /** Not of this format after all, and why: both bodies are then compared as text or bytes. */
  | { readonly problem: string };
