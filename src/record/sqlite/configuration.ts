import type { DatabaseSync } from 'node:sqlite';
import type { ConfiguredRule } from '../../model/finding.ts';
import { NO_SERVICE } from '../../model/service.ts';
import type { RuleRow, Scope, ServiceRow } from '../../model/store-reader.ts';
import type { Configured } from '../store.ts';
import { IN_SCOPE, Scopes } from './scopes.ts';

/**
 * The step to schema version 7: a rule belongs to a service, and the configured services are known. Until the next
 * flush writes the configuration, every service has every rule that was configured before.
 */
export const CONFIGURED = `
  ALTER TABLE rule RENAME TO old_rule;
  CREATE TABLE rule (
    service TEXT, rule TEXT, origin TEXT, until INTEGER, PRIMARY KEY (service, rule, origin)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO rule SELECT service, rule, origin, until FROM old_rule, (SELECT DISTINCT service FROM rehearsal);
  DROP TABLE old_rule;
  CREATE TABLE service (position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, mirrored INTEGER NOT NULL) STRICT;
`;

/** Writes the configured services and rules. The caller handles the transaction. */
export class ConfigurationWriter {
  readonly #statements: ReturnType<typeof prepareToWrite>;

  constructor(db: DatabaseSync) {
    this.#statements = prepareToWrite(db);
  }

  /** Returns the rules that are no longer there. */
  write({ services, rules }: Pick<Configured, 'services' | 'rules'>): readonly GoneRule[] {
    const { allRules, forgetRules, addRule, forgetServices, addService } = this.#statements;
    const before = allRules.all() as unknown as GoneRule[];
    const now = new Set(rules.map(keyOf));
    forgetRules.run();
    for (const { until, ...rule } of rules) addRule.run({ ...rule, until: until ?? null });
    forgetServices.run();
    for (const { service, mirrored } of services) addService.run({ service, mirrored: Number(mirrored) });
    return before.filter((rule) => !now.has(keyOf(rule)));
  }

  /** The rules that were in force at the first moment but not at the second. Milliseconds since 1970. */
  expiredBetween(from: number, to: number): readonly GoneRule[] {
    return this.#statements.expired.all({ from, to }) as unknown as GoneRule[];
  }
}

/** A rule of a service, wherever it was written. */
export type GoneRule = Pick<ConfiguredRule, 'service' | 'rule'>;

function keyOf({ service, rule }: GoneRule): string {
  return JSON.stringify([service, rule]);
}

/** Reads what `ConfigurationWriter` wrote. */
export class ConfigurationReader {
  readonly #statements: ReturnType<typeof prepareToRead>;
  readonly #scopes: Scopes;

  constructor(db: DatabaseSync) {
    this.#statements = prepareToRead(db);
    this.#scopes = new Scopes(db);
  }

  services(): ServiceRow[] {
    const configured = this.#statements.services.all() as unknown as { service: string; mirrored: number }[];
    const recorded = this.#statements.recorded.all() as unknown as { service: string }[];
    // Older stores do not have it.
    const otherwise = configured.length === 0 ? 'mirrored' : 'gone';
    return [
      ...configured.map(({ service, mirrored }): ServiceRow => {
        return { service, state: mirrored === 1 ? 'mirrored' : 'not_mirrored' };
      }),
      ...recorded.map(({ service }): ServiceRow => {
        return { service, state: service === NO_SERVICE ? 'not_mirrored' : otherwise };
      }),
    ];
  }

  rules(scope?: Scope, route?: string): RuleRow[] {
    const { rehearsals, service } = this.#scopes.of(scope);
    const rows = this.#statements.rules.all({
      rehearsals,
      service: service ?? null,
      route: route ?? null,
    }) as unknown as StoredRule[];
    const byRule = Map.groupBy(rows, ({ rule, origin }) => JSON.stringify([rule, origin]));
    return [...byRule.values()]
      .map((each): RuleRow => {
        const { rule, origin, until } = each[0]!;
        return {
          rule,
          origin,
          ...(until !== null && { until }),
          hits: each.reduce((sum, { hits }) => sum + hits, 0),
          services: each.map((row) => ({ service: row.service, hits: row.hits })),
        };
      })
      .sort((left, right) => left.hits - right.hits);
  }
}

interface StoredRule {
  readonly service: string;
  readonly rule: string;
  readonly origin: string;
  readonly until: number | null;
  readonly hits: number;
}

function prepareToWrite(db: DatabaseSync) {
  return {
    allRules: db.prepare('SELECT DISTINCT service, rule FROM rule'),
    expired: db.prepare('SELECT DISTINCT service, rule FROM rule WHERE until > :from AND until <= :to'),
    forgetRules: db.prepare('DELETE FROM rule'),
    addRule: db.prepare(`
      INSERT INTO rule (service, rule, origin, until) VALUES (:service, :rule, :origin, :until) ON CONFLICT DO NOTHING`),
    forgetServices: db.prepare('DELETE FROM service'),
    addService: db.prepare('INSERT INTO service (name, mirrored) VALUES (:service, :mirrored)'),
  };
}

function prepareToRead(db: DatabaseSync) {
  return {
    services: db.prepare('SELECT name AS service, mirrored FROM service ORDER BY position'),
    recorded: db.prepare(`
      SELECT DISTINCT service FROM rehearsal WHERE service NOT IN (SELECT name FROM service) ORDER BY service`),
    rules: db.prepare(`
      SELECT service, rule, origin, until, coalesce(hits, 0) AS hits FROM rule
      LEFT JOIN (
        SELECT named.service, rule, origin, sum(hits) AS hits FROM rule_use JOIN named ON named.id = rule_use.route
        WHERE ${IN_SCOPE} AND (:route IS NULL OR named.name = :route) GROUP BY named.service, rule, origin
      ) USING (service, rule, origin)
      WHERE :service IS NULL OR service = :service ORDER BY origin, rule, service`),
  };
}
