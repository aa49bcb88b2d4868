import { ruleText } from '../compare/rules/rule-text.ts';
import type { Config } from '../config/types.ts';
import type { ConfiguredRule } from '../model/finding.ts';
import type { Configured } from '../record/store.ts';

/** What the store is told of a configuration. Rules that several routes have are one. */
export function configuredOf({ routes, verdict }: Config): Configured {
  const rules = new Map<string, ConfiguredRule>();
  for (const rule of routes.flatMap(({ compare }) => compare.rules)) {
    const { origin, until } = rule;
    const text = ruleText(rule);
    rules.set(JSON.stringify([text, origin]), { rule: text, origin, ...(until !== undefined && { until }) });
  }
  return {
    verdict,
    rules: [...rules.values()],
    routes: routes.map(({ service, name }) => ({ service, route: name })),
  };
}
