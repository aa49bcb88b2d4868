import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalog } from '../../../src/metrics/catalog.ts';
import { OUTCOMES, SKIP_REASONS } from '../../../src/model/outcome.ts';
import { isInstalled, run } from '../../support/programs.ts';

const folder = new URL('../../../config/prometheus/', import.meta.url).pathname;
const rules = readFileSync(`${folder}rules.yaml`, 'utf8');
const tests = readFileSync(`${folder}rules.test.yaml`, 'utf8');
interface Rule {
  readonly alert: string;
  readonly expr: string;
}
const alerts = (parse(rules) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

describe('the alerting rules for Prometheus', () => {
  test('name metrics, outcomes and reasons that there are', () => {
    const metrics = new Set<string>(Object.values(catalog).map(({ name }) => name));
    const values = { outcome: new Set<string>([...OUTCOMES, 'shadow_.*']), reason: new Set<string>(SKIP_REASONS) };
    for (const { expr } of alerts) {
      for (const [name] of expr.matchAll(/understudy_\w+/g)) expect(metrics).toContain(name);
      for (const [, label, written] of expr.matchAll(/\b(outcome|reason)!?=~?"([^"]*)"/g)) {
        for (const value of written!.split('|')) expect(values[label as keyof typeof values]).toContain(value);
      }
    }
  });

  test('have a unit test each in which it fires', () => {
    const { tests: cases } = parse(tests) as {
      tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
    };
    const fired = cases
      .flatMap(({ alert_rule_test: each }) => each)
      .filter(({ exp_alerts: expected }) => expected.length > 0);
    expect(new Set(fired.map(({ alertname }) => alertname))).toEqual(new Set(alerts.map(({ alert }) => alert)));
  });

  test.skipIf(!isInstalled('promtool'))('are what promtool takes, and pass their unit tests', async () => {
    const checked = await run('promtool', ['check', 'rules', `${folder}rules.yaml`]);
    expect(checked, checked.stderr).toMatchObject({ code: 0 });
    const tested = await run('promtool', ['test', 'rules', `${folder}rules.test.yaml`]);
    expect(tested, `${tested.stdout}${tested.stderr}`).toMatchObject({ code: 0 });
  });
});
