import type { CompareConfig } from '../config/types.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import type { CapturedResponse } from '../model/exchange.ts';
import { Account, type Explain } from './account.ts';
import { compareBodies } from './body.ts';
import type { Comparator } from './comparison.ts';
import type { PairContext } from './context.ts';
import { Deadline, type ProcessorTime, threadTime } from './deadline.ts';
import { fieldsByName } from './fields.ts';
import { protobufTypes } from './formats/protobuf/types.ts';
import { compareFields } from './head/compare-fields.ts';
import { type CompiledRule, compileRules, rulesInForce } from './rules/rule.ts';
import { rootScope, type Scope } from './rules/scope.ts';
import { textValue } from './value.ts';

/**
 * Made once per route, since rules are compiled once. The clock decides expiry, `time` the budget; `explain` is
 * told each step. Throws `config_invalid`, with the rule's origin, for a path that is no JSONPath query
 * and for a regular expression that RE2 does not know.
 */
export function makeComparator(
  config: CompareConfig,
  clock: Clock = systemClock,
  explain?: Explain,
  time: ProcessorTime = threadTime,
): Comparator {
  const inForce = ruleBook(compileRules(config.rules));
  const ignoredHeaders = new Set(config.ignoreHeaders);
  const typesFor = protobufTypes(config.protobuf);
  return (primary, shadow, target = '') => {
    const { rules, scope } = inForce(clock.wall());
    const account = new Account(explain);
    const deadline = new Deadline(time, config.budget);
    const context = { config, ignoredHeaders, rules, scope, account, deadline, ...typesFor(target) };
    compareStatus(primary, shadow, context);
    const [left, right] = [fieldsByName(primary.fields), fieldsByName(shadow.fields)];
    compareFields('header', left, right, context);
    compareFields('trailer', fieldsByName(primary.trailers), fieldsByName(shadow.trailers), context);
    compareBodies({ fields: left, body: primary.body }, { fields: right, body: shadow.body }, context);
    return account.close();
  };
}

function compareStatus(primary: CapturedResponse, shadow: CapturedResponse, { account }: PairContext): void {
  if (primary.status === shadow.status) {
    account.explain?.(`status: both ${primary.status}`);
    return;
  }
  const [left, right] = [textValue(String(primary.status)), textValue(String(shadow.status))];
  account.add({ path: 'status', kind: 'status', left, right, covering: [] });
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
