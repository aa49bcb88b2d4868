import type { Body } from '../../content/formats/format.ts';
import type { DifferenceKind } from '../../model/difference.ts';
import type { OwnWords } from '../own/own-words.ts';

/** How bodies without structure are compared. Pure. */
export interface PlainFormat {
  /** As people read it: `text`. */
  readonly name: string;
  /** False where one of the bodies is not of this format; then nothing may have been reported. */
  compare(left: Body, right: Body, report: Report, own?: OwnWords): boolean;
}

/** Where a plain format tells what differs. Texts are what a person reads; absent where that side has nothing. */
export type Report = (
  kind: DifferenceKind,
  path: string,
  left: string | Part | undefined,
  right: string | Part | undefined,
) => void;

/** What has changed of a line, and all of the line, for rules about what else it says. */
export interface Part {
  readonly text: string;
  readonly whole: string;
}
