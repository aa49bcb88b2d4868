/** Loads the configuration for every command. Rules are compiled as the threads will compile them. */
import { compileRule } from '../compare/rules/rule.ts';
import { type LoadInput, type LoadResult, loadConfig as load } from '../config/load.ts';

/**
 * Like `config/load.ts`. A rule that can't be compiled is reported with its place, instead of killing a thread later.
 */
export function loadConfig(input: Omit<LoadInput, 'tryRule'>): LoadResult {
  return load({ ...input, tryRule: compileRule });
}
