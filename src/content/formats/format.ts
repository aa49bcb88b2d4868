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

/** What is known about the messages in a body. */
export interface ProtobufTypes {
  readonly descriptors: Descriptors;
  /** The full name of their type, unless the body names it itself. */
  readonly message?: string;
}

/** How bodies of one format are read: they are converted to JSON, and its places and values are compared. Pure. */
export interface Format {
  /** The name for people: `JSON`, `CSV`. */
  readonly name: string;
  /** Whether bodies of this media type are of this format. The first format that claims a type gets it. */
  claims(type: MediaType): boolean;
  /**
   * The JSON is made by `markup.ts`. There the order of siblings is a member of its own, and a document has many
   * places.
   */
  readonly markup?: true;
  /** Loads the parser. This may take longer than reading a body. */
  readonly load?: () => void;
  /** Converts the body to JSON text in UTF-8. Numbers keep all their digits. */
  read(body: Body): Reading;
}

export type Reading =
  | {
      readonly json: Buffer;
      readonly mark?: ByteOrderMark | undefined;
      /** Text around the JSON, by its name as a member of the root, for example `#callback`. */
      readonly asides?: ReadonlyMap<string, string>;
    }
  /** Why the body is not of this format after all. Both bodies are then compared as text or bytes. */
  | { readonly problem: string };
