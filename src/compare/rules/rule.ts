import type { Rule } from '../../config/types.ts';
import { UnderstudyError } from '../../model/errors.ts';
import { type Pattern, parsePattern } from './pattern.ts';
import { ruleText } from './rule-text.ts';

/** A rule made ready: its path parsed, its text written once. */
export interface CompiledRule {
  readonly index: number;
  readonly rule: Rule;
  readonly text: string;
  readonly pattern?: Pattern;
}

export function compileRules(rules: readonly Rule[]): readonly CompiledRule[] {
  return rules.map((rule, index) => {
    const text = ruleText(rule);
    if (rule.path === undefined) return { index, rule, text };
    try {
      return { index, rule, text, pattern: parsePattern(rule.path) };
    } catch (error) {
      throw new UnderstudyError('config_invalid', `${rule.origin}: not a JSONPath query: ${rule.path}`, {
        cause: error,
      });
    }
  });
}

/** Rules without an end, and those whose end is still to come. */
export function rulesInForce(rules: readonly CompiledRule[], now: number): readonly CompiledRule[] {
  return rules.filter(({ rule }) => rule.until === undefined || now < rule.until);
}
