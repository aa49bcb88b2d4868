/**
 * How many descriptors (open files and sockets) the process may have, and how they are shared out if there are too
 * few.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** For the whole process. */
export interface DescriptorLimit {
  /** The soft RLIMIT_NOFILE, which Node itself raises to the hard limit. */
  readonly limit: number;
  /** Descriptors that were already open. */
  readonly open: number;
}

/** Connections per edge thread. */
export interface Connections {
  readonly client: number;
  readonly primary: number;
  readonly shadow: number;
  readonly control: number;
}

export interface DescriptorShares extends Connections {
  /** Clients at a time, per edge thread, that can be told that there is no room. */
  readonly turnedAway: number;
  /** Clients of the admin address. */
  readonly admin: number;
  /** The lowest limit that allows one connection of each kind. */
  readonly needed: number;
}

/**
 * What main opens later (listener, store, log …), and what each edge thread with its mirror and compare thread opens;
 * both with a reserve.
 */
const PROCESS = 16;
const EDGE = 16;

const MOST_TURNED_AWAY = 256;
const MOST_ADMIN = 256;
/**
 * One connection of each kind per edge thread: a client, a client that is turned away, and the targets of a service.
 */
const LEAST_CLIENTS = 2;
const LEAST_OF_SERVICE = 3;
const LEAST_ADMIN = 2;

/** The smallest share of the descriptors that copies get, if they want that many. */
const COPIES = 1 / 8;
/** The share of the descriptors for clients that are turned away. */
const ASIDE = 1 / 16;

/** Undefined where the system does not tell (anything but Linux, man 5 proc) or has no limit. */
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
 * Clients and the primary come first, then copies. A client that is served needs two descriptors: one for itself and
 * one for its connection to the primary. So clients and the primary get equal shares, and each may use what the other
 * does not want. Copies get the rest, at least an eighth.
 *
 * @param wanted by all services together
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

/** Equal shares; what one side does not want, the other may use. Each side gets at least one, or nothing would work. */
function divided(total: number, first: number, second: number): [number, number] {
  const other = Math.min(second, Math.floor(total / 2));
  const one = within(total - other, 1, first);
  return [one, within(total - one, Math.min(1, second), second)];
}

function within(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
