/** Two versions of a service whose behavior changes while a test goes on, and what users and people do with the proxy before them. */
import { readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { startHttpOrigin } from './origin.ts';
import type { LogLine, Understudy } from './understudy.ts';

export const USERS = Array.from({ length: 100 }, (_, index) => `user-${index}`);

export type Server = 'production' | 'candidate';

const BEHAVIORS = {
  answers: (server: Server, response: ServerResponse) => response.end(server),
  fails: (server: Server, response: ServerResponse) => response.writeHead(500).end(server),
  hangs: () => {},
  answers_late: (server: Server, response: ServerResponse) => setTimeout(() => response.end(server), 300),
};

export type Behavior = keyof typeof BEHAVIORS;

/** Each says in its answers who it is. What is asked for at `/slow` always comes late. */
export async function startVersions() {
  const behaviors: Record<Server, Behavior> = { production: 'answers', candidate: 'answers' };
  const start = (server: Server) =>
    startHttpOrigin((request, response) => {
      const behavior = behaviors[server];
      BEHAVIORS[request.url === '/slow' && behavior === 'answers' ? 'answers_late' : behavior](server, response);
    });
  const [production, candidate] = await Promise.all([start('production'), start('candidate')]);
  const behave = (now: Behavior, server: Server = 'candidate') => {
    behaviors[server] = now;
  };
  return { config: { primary: production.url, shadow: candidate.url }, candidate, behave };
}

export interface Asked {
  readonly status: number;
  readonly server: string;
}

export async function ask({ port }: Understudy, user: string, path = '/'): Promise<Asked> {
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { cookie: `uid=${user}` } });
  return { status: response.status, server: await response.text() };
}

/** Each user asks once, a few at a time. */
export async function askAll(understudy: Understudy, path = '/'): Promise<ReadonlyMap<string, Asked>> {
  const answers = new Map<string, Asked>();
  for (let at = 0; at < USERS.length; at += 20)
    await Promise.all(
      USERS.slice(at, at + 20).map(async (user) => answers.set(user, await ask(understudy, user, path))),
    );
  return answers;
}

/** The users whom the candidate serves. Rejects where one of all users gets no good answer. */
export async function onCandidate(understudy: Understudy): Promise<string[]> {
  const answers = await askAll(understudy);
  const failed = [...answers.values()].filter(({ status }) => status !== 200);
  if (failed.length > 0) throw new Error(`${failed.length} users got ${failed[0]!.status}`);
  return USERS.filter((user) => answers.get(user)!.server === 'candidate');
}

export async function command({ adminPort }: Understudy, name: string, reason = 'because') {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: name, by: 'ann', reason }),
  });
  return { status: response.status, value: await response.json() };
}

/** What `/api/v1/rollout` and what is below it answers. */
export async function rolloutApi({ adminPort }: Understudy, path = '') {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout${path}`);
  return (await response.json()) as {
    readonly rollouts: unknown;
    readonly changes: readonly { readonly action: string; readonly by: string }[];
  };
}

/** Writes the configuration anew, and waits until it is in force. */
export async function edit(understudy: Understudy, change: (text: string) => string): Promise<void> {
  const generation = ({ generation }: LogLine) => Number(generation);
  const before = Math.max(1, ...understudy.logs().filter(isReloaded).map(generation));
  await writeFile(understudy.file, change(await readFile(understudy.file, 'utf8')));
  await understudy.logged((line) => isReloaded(line) && generation(line) > before);
}

const isReloaded = ({ msg }: LogLine) => msg === 'the configuration was reloaded';

export const isRolledBack = ({ action, by }: LogLine) => action === 'rollback' && by !== undefined;
