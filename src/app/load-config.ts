/** The configuration as every command reads it: whatever it says is made ready as the threads will make it ready. */
import { compileRule } from '../compare/rules/rule.ts';
import { type LoadInput, type LoadResult, loadConfig as load } from '../config/load.ts';

/** As `config/load.ts` has it; a rule that cannot be compiled is a problem with its place, and not a thread's death. */
export function loadConfig(input: Omit<LoadInput, 'tryRule'>): LoadResult {
  return load({ ...input, tryRule: compileRule });
}
