import type { CompareConfig } from '../config/types.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { Account } from './account.ts';
import { compareBodies } from './body.ts';
import type { Comparator } from './comparison.ts';
import { Deadline } from './deadline.ts';
import { compareFields } from './head/compare-fields.ts';
import { type CompiledRule, compileRules, rulesInForce } from './rules/rule.ts';
import { rootScope, type Scope } from './rules/scope.ts';
import { textValue } from './value.ts';

/** See `MakeComparator`. */
export function makeComparator(config: CompareConfig, clock: Clock = systemClock): Comparator {
  const ignored = new Set(config.ignoreHeaders);
  const inForce = ruleBook(compileRules(config.rules));
  return (primary, shadow) => {
    const { rules, scope } = inForce(clock.wall());
    const account = new Account();
    const deadline = new Deadline(clock, config.budget);
    if (primary.status !== shadow.status) {
      const [left, right] = [primary, shadow].map(({ status }) => textValue(String(status)));
      account.add({ path: 'status', kind: 'status', left: left!, right: right!, covering: [] });
    }
    compareFields('header', primary.fields, shadow.fields, ignored, rules, account);
    compareFields('trailer', primary.trailers, shadow.trailers, ignored, rules, account);
    compareBodies(primary, shadow, config, scope, account, deadline);
    return account.close();
  };
}

interface RulesInForce {
  readonly rules: readonly CompiledRule[];
  readonly scope: Scope;
}

/** The rules in force at a moment, made anew only when one has expired since. */
function ruleBook(all: readonly CompiledRule[]): (now: number) => RulesInForce {
  let current: RulesInForce | undefined;
  let validUntil = 0;
  return (now) => {
    if (current === undefined || now >= validUntil) {
      const rules = rulesInForce(all, now);
      current = { rules, scope: rootScope(rules) };
      validUntil = Math.min(...rules.map(({ rule }) => rule.until ?? Infinity));
    }
    return current;
  };
}
