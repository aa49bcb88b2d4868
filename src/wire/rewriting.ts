/** What the configuration of a target changes in the head of each request to it. Everything else stays unchanged. */
import type { HeaderChanges, Target } from '../config/target-types.ts';
import type { Fields } from '../model/exchange.ts';
import type { OutgoingRequest } from './message.ts';

export interface HeadChanges {
  /** The text before the path; empty where there is none. */
  readonly prefix: string;
  /** Absent: Host stays unchanged. */
  readonly host?: string;
  /** Names in lower case. */
  readonly removed: ReadonlySet<string>;
  /** Fields to add at the end of the head. */
  readonly added: Fields;
}

/** `others`: further changes for all requests. Where both set a field, the target's own change wins. */
export function changesOf(target: Target, ...others: readonly HeaderChanges[]): HeadChanges {
  const all = [...others, target.headers];
  const set: Record<string, string> = Object.assign({}, ...all.map((each) => each?.set));
  const { prefix = '', hostHeader } = target;
  return {
    prefix,
    ...(hostHeader !== undefined && { host: hostHeader }),
    removed: new Set([...all.flatMap((each) => each?.remove ?? []), ...Object.keys(set)]),
    added: Object.entries(set).flat(),
  };
}

/** Whether there is anything to change. */
export function changesAnything({ prefix, host, removed }: HeadChanges): boolean {
  return prefix !== '' || host !== undefined || removed.size > 0;
}

export function rewriteHead(head: OutgoingRequest, changes: HeadChanges): OutgoingRequest {
  const { prefix, host, removed, added } = changes;
  const fields: string[] = [];
  for (let at = 0; at < head.fields.length; at += 2) {
    const name = head.fields[at]!;
    const lower = name.toLowerCase();
    if (removed.has(lower)) continue;
    fields.push(name, lower === 'host' ? (host ?? head.fields[at + 1]!) : head.fields[at + 1]!);
  }
  fields.push(...added);
  // The asterisk of OPTIONS means the whole server, whatever the prefix.
  const target = head.target.startsWith('/') ? prefix + head.target : head.target;
  return { ...head, target, authority: host ?? head.authority, fields };
}
