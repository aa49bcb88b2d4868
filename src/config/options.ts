import type { Defined } from './defined.ts';
import type { Settings } from './schema/root.ts';

/** What is written, with defaults filled in and texts parsed; what is absent has no default. */
export type Options = Defined<Settings>;
