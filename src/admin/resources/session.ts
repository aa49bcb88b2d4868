import * as z from 'zod';
import { type Answer, type Endpoint, endpoint, json } from '../endpoint.ts';
import type { Entrance } from '../entrance.ts';

const state = z.strictObject({
  required: z.boolean().describe('Whether this server asks for a token.'),
  authenticated: z.boolean().describe('Whether this browser is let in: it logged in, or no token is required.'),
  expiresAt: z.number().exactOptional().describe('Milliseconds since 1970: when it has to log in again.'),
});

/** The value is that of Set-Cookie. */
const cookie: Answer<string | undefined> = {
  status: 204,
  render: () => '',
  headers: (value) => (value === undefined ? {} : { 'set-cookie': value }),
};

const body = z.strictObject({ token: z.string().min(1).max(10_000) });

export function session(entrance: Entrance): readonly Endpoint[] {
  return [
    endpoint({
      method: 'GET',
      path: '/api/v1/session',
      access: 'open',
      summary: 'Whether a token is required, and whether this browser has logged in.',
      answer: json(state),
      handle({ caller }) {
        const found = entrance.sessionOf(caller);
        return {
          required: entrance.isGuarded,
          authenticated: !entrance.isGuarded || found !== undefined,
          ...(found && { expiresAt: found.expiresAt }),
        };
      },
    }),
    endpoint({
      method: 'POST',
      path: '/api/v1/session',
      access: 'open',
      summary: 'Logs a browser in: sets a cookie that no script can read, and that no other site can make it send.',
      body,
      confidential: true,
      answer: cookie,
      problems: ['unauthorized', 'too_many_guesses'],
      handle: ({ body: { token }, caller }) => entrance.logIn(token, caller),
    }),
    endpoint({
      method: 'DELETE',
      path: '/api/v1/session',
      access: 'open',
      summary: 'Logs this browser out.',
      answer: cookie,
      handle: ({ caller }) => entrance.logOut(caller),
    }),
  ];
}
