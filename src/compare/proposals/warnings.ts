import type { RuleEffect } from '../../config/rule-types.ts';

/** What an effect hides besides the differences that it is for; undefined where no warning is needed. */
export function warningOf(effect: RuleEffect): string | undefined {
  switch (effect.kind) {
    case 'ignore':
      return effect.only?.every((kind) => kind === 'added' || kind === 'removed' || kind === 'encoding')
        ? `accepts it whatever ${effect.only.includes('encoding') ? 'the form is' : 'is there'}`
        : 'hides whatever differs there, mistakes too; give a reason, an owner and a last day';
    case 'class':
      if (effect.class === 'string' || effect.class === 'any') {
        return 'hides every text there, mistakes too; give a reason, an owner and a last day';
      }
      return `hides which ${effect.class} it is: a wrong one is accepted too`;
    case 'mask':
      return /\[/.test(effect.pattern) ? 'hides what the pattern matches: a wrong one is accepted too' : undefined;
    case 'one_of':
      return 'hides which of these it is: a wrong one is accepted too';
    case 'url':
      return `hides what ${effect.except.join(' and ')} say`;
    default:
      return undefined;
  }
}
