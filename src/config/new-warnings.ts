import type { LoadResult } from './load.ts';
import type { Problem } from './problem.ts';

/**
 * Leaves out of each result the warnings that the last good one had too: a reload would repeat them all, however small
 * the change. `first`: the result whose warnings were told.
 */
export function onlyNewWarnings(first: LoadResult): (next: LoadResult) => LoadResult {
  let told = namesOf(first);
  return (next) => {
    if (!next.ok) return next;
    const warnings = next.warnings.filter((warning) => !told.has(nameOf(warning)));
    told = namesOf(next);
    return { ...next, warnings };
  };
}

/** Without the line: another one above it is no news. */
const nameOf = ({ file, message }: Problem) => `${file}\n${message}`;

function namesOf(result: LoadResult): ReadonlySet<string> {
  return new Set(result.ok ? result.warnings.map(nameOf) : []);
}
