import { isOpaque } from '../../lib/path-token.ts';
import { REST, stepsOf } from './json-places.ts';
import type { NameRule, SecretNames } from './names.ts';
import type { Scope } from './scope.ts';
import { redactShapes } from './shapes.ts';

/** The default rule for the value at a place in a body, such as `$.user.apiKeys[*]`. */
export function ruleOfPlace(path: string, scope: Scope): NameRule | undefined {
  let parent = '';
  let rule: NameRule | undefined;
  for (const { step } of stepsOf(path)) {
    if (typeof step === 'string') continue;
    const name = step.name.replace(/^@/, '');
    if (name.startsWith('#')) continue;
    if (rule?.reach === 'everything') return rule;
    rule = scope.member(name, parent);
    parent = name;
  }
  return rule;
}

/**
 * A path in which no name is a secret itself: neither by its form, nor as a random-looking name where secrets stand,
 * as in an object of sessions by their ids. Everything after an omitted name is omitted as well.
 */
export function redactPath(path: string, names: SecretNames, shapes: Scope): string {
  let covered = false;
  let end = 1;
  for (const { step, end: stepEnd } of stepsOf(path)) {
    if (typeof step !== 'string') {
      const hidden = (covered && isOpaque(step.name)) || redactShapes(step.name, shapes, () => false) !== step.name;
      if (hidden) return `${path.slice(0, end)}${REST}`;
      covered ||= names.keysIn(step.name) !== undefined;
    }
    end = stepEnd;
  }
  return path;
}
