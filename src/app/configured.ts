import { ruleText } from '../compare/rules/rule-text.ts';
import type { Config } from '../config/types.ts';
import type { ConfiguredRule } from '../model/finding.ts';
import { NO_SERVICE } from '../model/service.ts';
import type { Configured } from '../record/store.ts';
import { definitionsOf } from './experiments/definitions.ts';

/** What the store learns from a configuration. A rule that several routes of a service share counts as one. */
export function configuredOf({ services, routes, verdict, exposure }: Config): Configured {
  const rules = new Map<string, ConfiguredRule>();
  for (const { service, compare } of routes) {
    // Requests for no service are never compared.
    if (service === NO_SERVICE) continue;
    for (const rule of compare.rules) {
      const { origin, until } = rule;
      const text = ruleText(rule);
      const key = JSON.stringify([service, text, origin]);
      rules.set(key, { service, rule: text, origin, ...(until !== undefined && { until }) });
    }
  }
  return {
    verdict,
    services: services.map(({ name, shadow }) => ({ service: name, mirrored: shadow !== undefined })),
    rules: [...rules.values()],
    experiments: definitionsOf({ services }),
    exposures: exposure === undefined ? 'kept' : 'reported',
    routes: routes.map(({ service, name }) => ({ service, route: name })),
  };
}
