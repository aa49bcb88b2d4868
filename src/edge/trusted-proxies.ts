import { BlockList, isIP, isIPv6 } from 'node:net';

/** Stands for the address of clients on a Unix socket, which have none (RFC 7239, section 6.2). */
export const UNIX_CLIENT = 'unknown';

/** Stands for the clients of our Unix socket in a list of proxies. */
const UNIX = 'unix:';

/** The proxies that are trusted to name their clients. */
export class TrustedProxies {
  readonly #networks = new BlockList();
  readonly #unix: boolean;

  /** `proxies`: for example 10.0.0.0/8, fd00::/8, a single address, or `unix:`. */
  constructor(proxies: readonly string[]) {
    this.#unix = proxies.includes(UNIX);
    for (const cidr of proxies.filter((each) => each !== UNIX)) {
      const [address = '', prefix] = cidr.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (prefix === undefined) this.#networks.addAddress(address, family);
      else this.#networks.addSubnet(address, Number(prefix), family);
    }
  }

  has(address: string): boolean {
    if (address === UNIX_CLIENT) return this.#unix;
    const family = isIP(address);
    return family !== 0 && this.#networks.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }
}
