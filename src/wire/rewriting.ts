/** What the configuration of a target changes in the head of each request to it. All else stays byte for byte. */
import type { HeaderChanges, Target } from '../config/target-types.ts';
import { fieldLines, parseFieldLines } from '../lib/field-lines.ts';

export interface HeadChanges {
  /** Before the path; empty where there is none. */
  readonly prefix: string;
  /** Absent: Host stays. */
  readonly host?: string;
  /** Names in lower case. */
  readonly removed: ReadonlySet<string>;
  /** Lines at the end of the head. */
  readonly added: string;
}

/** `others`: changes that are made to all requests beside; where both set a field, the target's own counts. */
export function changesOf(target: Target, ...others: readonly HeaderChanges[]): HeadChanges {
  const all = [...others, target.headers];
  const set: Record<string, string> = Object.assign({}, ...all.map((each) => each?.set));
  const { prefix = '', hostHeader } = target;
  return {
    prefix,
    ...(hostHeader !== undefined && { host: hostHeader }),
    removed: new Set([...all.flatMap((each) => each?.remove ?? []), ...Object.keys(set)]),
    added: fieldLines(Object.entries(set).flat()),
  };
}

/** Whether there is anything to change. */
export function changesAnything({ prefix, host, removed }: HeadChanges): boolean {
  return prefix !== '' || host !== undefined || removed.size > 0;
}

/** `text`: of a request's head, with its empty line. */
export function rewriteHead(text: string, { prefix, host, removed, added }: HeadChanges): string {
  const lineEnd = text.indexOf('\r\n') + 2;
  const fields = parseFieldLines(text, lineEnd);
  let lines = requestLine(text.slice(0, lineEnd), prefix);
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!.toLowerCase();
    if (removed.has(name)) continue;
    lines += `${fields[at]}: ${name === 'host' ? (host ?? fields[at + 1]!) : fields[at + 1]!}\r\n`;
  }
  return `${lines}${added}\r\n`;
}

/** The asterisk of OPTIONS stands for the server as a whole, whatever the prefix. */
function requestLine(line: string, prefix: string): string {
  const target = line.indexOf(' ') + 1;
  return line[target] === '/' ? line.slice(0, target) + prefix + line.slice(target) : line;
}
