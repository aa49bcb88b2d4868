import type { Rule } from '../../config/compare-types.ts';
import { UnderstudyError } from '../../model/errors.ts';
import { type CompiledEffect, compileEffect } from './effects.ts';
import { type Pattern, parsePattern } from './pattern.ts';
import { ruleText } from './rule-text.ts';

/** A compiled rule: its path, its effect and its text. */
export interface CompiledRule {
  readonly index: number;
  readonly rule: Rule;
  readonly text: string;
  readonly effect: CompiledEffect;
  /** Absent for a rule about a header. */
  readonly pattern?: Pattern;
}

export function compileRules(rules: readonly Rule[]): readonly CompiledRule[] {
  return rules.map(compileRule);
}

/** Throws `config_invalid` for an invalid JSONPath query or regular expression. */
export function compileRule(rule: Rule, index = 0): CompiledRule {
  const text = ruleText(rule);
  const problem = 'pattern' in rule.does ? 'not an RE2 regular expression' : 'not an effect that can be compiled';
  const effect = attempt(rule, problem, () => compileEffect(rule.does));
  const { path } = rule;
  if (path === undefined) return { index, rule, text, effect };
  return { index, rule, text, effect, pattern: attempt(rule, 'not a JSONPath query', () => parsePattern(path)) };
}

function attempt<T>(rule: Rule, problem: string, compile: () => T): T {
  try {
    return compile();
  } catch (cause) {
    throw new UnderstudyError('config_invalid', `${rule.origin}: ${problem}: ${ruleText(rule)}`, { cause });
  }
}

/** Rules without an end, and those whose end is in the future. */
export function rulesInForce(rules: readonly CompiledRule[], now: number): readonly CompiledRule[] {
  return rules.filter(({ rule }) => rule.until === undefined || now < rule.until);
}
