import type { CompareConfig } from '../config/compare-types.ts';
import { type FieldsByName, fieldsByName } from '../content/fields.ts';
import { messageTypes } from '../content/formats/protobuf/types.ts';
import { type Clock, systemClock } from '../lib/clock.ts';
import { Account, type Explain } from './account.ts';
import { compareBodies } from './body.ts';
import type { Comparator } from './comparison.ts';
import { Deadline, type ProcessorTime, threadTime } from './deadline.ts';
import { compareFields } from './head/compare-fields.ts';
import { compareStatus } from './head/status.ts';
import { ownWords } from './own/own-words.ts';
import { type CompiledRule, compileRules, rulesInForce } from './rules/rule.ts';
import { rootScope, type Scope } from './rules/scope.ts';

/**
 * Made once per route, since rules are compiled once. The clock decides expiry, `time` the budget; `explain` is called
 * with each step. Throws `config_invalid`, with the rule's origin, for an invalid JSONPath query or RE2 expression.
 */
export function makeComparator(
  config: CompareConfig,
  clock: Clock = systemClock,
  explain?: Explain,
  time: ProcessorTime = threadTime,
): Comparator {
  const inForce = ruleBook(compileRules(config.rules));
  const ignoredHeaders = new Set(config.ignoreHeaders);
  const typesFor = messageTypes(config.protobuf);
  const ownWordsOf = ownWords(config);
  return (primary, shadow, request, copy = { leg: 'shadow' }) => {
    const { rules, scope } = inForce(clock.wall());
    const own = ownWordsOf(request, copy);
    const account = new Account(explain, own);
    const deadline = new Deadline(time, config.budget);
    const context = {
      config,
      ignoredHeaders,
      rules,
      scope,
      account,
      deadline,
      own,
      ...typesFor(request?.target ?? '', 'response'),
    };
    const comparable = compareStatus(primary, shadow, request, context);
    const [left, right] = [fieldsByName(primary.fields), fieldsByName(shadow.fields)];
    if (comparable === 'common_fields') {
      account.explain?.('bodies, validators and fields of one side: not compared, since a 304 has none');
      compareFields('header', ...commonFields(left, right), context);
      return account.close();
    }
    compareFields('header', left, right, context);
    compareFields('trailer', fieldsByName(primary.trailers), fieldsByName(shadow.trailers), context);
    compareBodies({ fields: left, body: primary.body }, { fields: right, body: shadow.body }, context);
    return account.close();
  };
}

/** Without the validators: the status already covers their difference. */
function commonFields(left: FieldsByName, right: FieldsByName): readonly [FieldsByName, FieldsByName] {
  const common = (one: FieldsByName, other: FieldsByName) =>
    new Map([...one].filter(([name]) => other.has(name) && name !== 'etag' && name !== 'last-modified'));
  return [common(left, right), common(right, left)];
}

interface RulesInForce {
  readonly rules: readonly CompiledRule[];
  readonly scope: Scope;
}

/** The rules in force at a moment. Rebuilt only when one has expired. */
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
