/** How many descriptors (open files and sockets) the process may have, and who gets them where they are short. */
import { readdirSync, readFileSync } from 'node:fs';

/** Of the process as a whole. */
export interface DescriptorLimit {
  /** RLIMIT_NOFILE, the soft one, which Node itself raises to the hard one. */
  readonly limit: number;
  /** Descriptors that were open when it was read. */
  readonly open: number;
}

/** Connections for each edge thread. */
export interface Connections {
  readonly client: number;
  readonly primary: number;
  readonly shadow: number;
  readonly control: number;
}

export interface DescriptorShares extends Connections {
  /** Clients at a time that are told, for each edge thread, that there is no room. */
  readonly turnedAway: number;
  /** Clients of the admin address. */
  readonly admin: number;
  /** The least limit under which there is one of each. */
  readonly needed: number;
}

/** What main opens after the limit was read (listener, store, log …), and what each edge thread and the two behind it open; both with some to spare. */
const PROCESS = 16;
const EDGE = 16;

const MOST_TURNED_AWAY = 256;
const MOST_ADMIN = 256;
/** A connection of each kind for each edge thread: of a client, of one that is turned away, and to the targets of a service. */
const LEAST_CLIENTS = 2;
const LEAST_OF_SERVICE = 3;
const LEAST_ADMIN = 2;

/** Of the descriptors, the least that copies get, if they want as many. */
const COPIES = 1 / 8;
/** Of the descriptors, what goes to those who get no more than a word. */
const ASIDE = 1 / 16;

/** Undefined where the system does not tell, as others than Linux (man 5 proc), or knows no limit. */
export function descriptorLimit(
  read: (path: string) => string = (path) => readFileSync(path, 'utf8'),
  list: (path: string) => readonly string[] = (path) => readdirSync(path),
): DescriptorLimit | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(read('/proc/self/limits')) ?? [];
    if (soft === undefined) return undefined;
    return { limit: Number(soft), open: list('/proc/self/fd').length };
  } catch {
    return undefined;
  }
}

/**
 * Clients first, then the primary, then copies: a client that is served needs a descriptor for itself and one for its
 * connection to the primary. So clients and the primary get equal parts, but for what one of them does not want, and
 * copies get what is left, an eighth at least.
 *
 * @param wanted of all services together
 */
export function descriptorShares(
  available: DescriptorLimit | undefined,
  edges: number,
  wanted: Connections,
  services = 1,
): DescriptorShares {
  if (available === undefined) return { ...wanted, turnedAway: MOST_TURNED_AWAY, admin: MOST_ADMIN, needed: 0 };
  const own = available.open + PROCESS + EDGE * edges;
  const needed = own + (LEAST_CLIENTS + LEAST_OF_SERVICE * services) * edges + LEAST_ADMIN;
  const spare = Math.max(0, available.limit - own);
  const admin = within(Math.floor(spare * ASIDE), LEAST_ADMIN, MOST_ADMIN);
  const each = Math.floor((spare - admin) / edges);
  const turnedAway = within(Math.floor(each * ASIDE), 1, MOST_TURNED_AWAY);
  const connections = Math.max(0, each - turnedAway);
  const copies = Math.min(wanted.shadow + wanted.control, Math.floor(connections * COPIES));
  const [client, primary] = divided(connections - copies, wanted.client, wanted.primary);
  const [shadow, control] = divided(connections - client - primary, wanted.shadow, wanted.control);
  return { client, primary, shadow, control, turnedAway, admin, needed };
}

/** Equal parts, but for what one of the two does not want; at least one each, without which nothing would go on. */
function divided(total: number, first: number, second: number): [number, number] {
  const other = Math.min(second, Math.floor(total / 2));
  const one = within(total - other, 1, first);
  return [one, within(total - one, Math.min(1, second), second)];
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
