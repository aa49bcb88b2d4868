import { isIP } from 'node:net';
import type { RolloutConfig } from '../config/types.ts';
import { fieldList, fieldValue } from '../wire/fields.ts';
import type { ReceivedHead, Sender } from './request-head.ts';
import { cookie } from './sampling.ts';
import { type TrustedProxies, UNIX_CLIENT } from './trusted-proxies.ts';

/** The peer that a request comes from, as far as users are told apart by it. */
export interface UserSource {
  readonly address: string;
  readonly sender: Sender;
}

type UserHead = Pick<ReceivedHead, 'fields'>;

/** What tells the user of a request apart: the first of `sticky` that it has. Undefined where it has none. */
export function userId(
  head: UserHead,
  source: UserSource,
  sticky: RolloutConfig['sticky'],
  proxies: TrustedProxies,
): string | undefined {
  for (const by of sticky) {
    const id =
      by.by === 'header'
        ? fieldValue(head.fields, by.name)
        : by.by === 'cookie'
          ? cookie(fieldList(head.fields, 'cookie'), by.name)
          : userAddress(head, source, proxies);
    if (id !== undefined && id !== '') return id;
  }
  return undefined;
}

/**
 * The address of the user: behind trusted proxies, the last one in X-Forwarded-For that is not a proxy's itself. What
 * is written before it may be forged. Undefined where a proxy does not say it in a form that can be read.
 */
function userAddress({ fields }: UserHead, { address, sender }: UserSource, proxies: TrustedProxies) {
  const said = sender === 'trusted_proxy' ? fieldList(fields, 'x-forwarded-for') : undefined;
  if (said === undefined) return address === UNIX_CLIENT ? undefined : address;
  let end = said.length;
  for (;;) {
    const before = said.lastIndexOf(',', end - 1);
    const each = bareAddress(said.slice(before + 1, end).trim());
    if (isIP(each) === 0) return undefined;
    if (before < 0 || !proxies.has(each)) return each;
    end = before;
  }
}

/** Without a port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function bareAddress(text: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\](?::\d+)?|([^:]+):\d+)$/.exec(text) ?? [];
  return bracketed ?? plain ?? text;
}
