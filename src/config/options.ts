import type { Defined } from './defined.ts';
import type { Settings } from './schema/root.ts';

/** The written options, with defaults filled in and texts parsed. Absent: not written, and without a default. */
export type Options = Defined<Settings>;
