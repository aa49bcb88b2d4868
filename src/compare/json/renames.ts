import type { CompiledRule } from '../rules/rule.ts';
import type { Scope } from '../rules/scope.ts';
import type { MemberPair } from './members.ts';

/** A member that has another name on the right, as a rule says. */
export interface Rename {
  readonly from: MemberPair;
  readonly to: MemberPair;
  readonly rule: CompiledRule;
  readonly scope: Scope;
}

/** The rename that a member has for itself; one that its parent has is not meant for it. */
export function renameAt(
  parent: Scope,
  member: Scope,
): { readonly rule: CompiledRule; readonly to: string } | undefined {
  for (const rule of member.covering) {
    if (rule.rule.does.kind === 'rename' && !parent.covering.includes(rule)) return { rule, to: rule.rule.does.to };
  }
  return undefined;
}
