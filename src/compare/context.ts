import type { CompareConfig } from '../config/compare-types.ts';
import type { ProtobufTypes } from '../content/formats/format.ts';
import type { Account } from './account.ts';
import type { Deadline } from './deadline.ts';
import type { OwnWords } from './own/own-words.ts';
import type { CompiledRule } from './rules/rule.ts';
import type { Scope } from './rules/scope.ts';

/** What all parts of the comparison of one pair share. */
export interface PairContext {
  readonly config: CompareConfig;
  /** Lower-case names. */
  readonly ignoredHeaders: ReadonlySet<string>;
  /** The rules in force. */
  readonly rules: readonly CompiledRule[];
  /** The scope of the body's root. */
  readonly scope: Scope;
  readonly account: Account;
  readonly deadline: Deadline;
  /** Absent where it is unknown what the sides say about themselves. */
  readonly own: OwnWords | undefined;
  /** Absent where the route's configuration has no descriptors. */
  readonly protobuf?: ProtobufTypes;
}
