import type { Found } from '../account.ts';
import { isWithin } from '../json/decimal.ts';
import type { CompiledRule } from './rule.ts';

/** Whether a rule that covers a difference's place accepts the difference. */
export function accepts({ rule }: CompiledRule, { kind, left, right }: Found): boolean {
  const effect = rule.does;
  switch (effect.kind) {
    case 'ignore':
      return true;
    case 'tolerance':
      return (
        kind === 'value' &&
        left?.type === 'number' &&
        right?.type === 'number' &&
        isWithin(left.text, right.text, effect.amount, effect.relative)
      );
    case 'unordered':
      return kind === 'reordered' || kind === 'moved';
    case 'key':
      return false;
  }
}
