import type { CompiledRule } from '../rules/rule.ts';
import type { Scope } from '../rules/scope.ts';
import type { MemberPair } from './members.ts';

/** A member that has another name on the right, by a rule. */
export interface Rename {
  readonly from: MemberPair;
  readonly to: MemberPair;
  readonly rule: CompiledRule;
  readonly scope: Scope;
}

/** The rename rule for a member. */
export function renameAt(member: Scope): { readonly rule: CompiledRule; readonly to: string } | undefined {
  for (const rule of member.covering) {
    if (rule.rule.does.kind === 'rename') return { rule, to: rule.rule.does.to };
  }
  return undefined;
}
