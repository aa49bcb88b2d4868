import type { Body } from '../../content/formats/format.ts';
import type { DifferenceKind } from '../../model/difference.ts';
import type { OwnWords } from '../own/own-words.ts';

/** How bodies without structure are compared. Pure. */
export interface PlainFormat {
  /** The name for people: `text`. */
  readonly name: string;
  /** False where one of the bodies is not of this format; then nothing may have been reported. */
  compare(left: Body, right: Body, report: Report, own?: OwnWords): boolean;
}

/** Reports a difference of a plain format. The texts are for a person; absent where that side has none. */
export type Report = (
  kind: DifferenceKind,
  path: string,
  left: string | Part | undefined,
  right: string | Part | undefined,
) => void;

/** The changed part of a line, and the whole line, for rules about the rest of it. */
export interface Part {
  readonly text: string;
  readonly whole: string;
}
