/** A candidate that is another program, by other people, in another language. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { beginServer } from '../../support/programs.ts';
import { rolloutStage } from '../../support/rollout-stage.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('a candidate that is Python’s http.server serves its users reads, errors and closed connections', async () => {
  const directory = temporaryDirectory();
  writeFileSync(join(directory, 'page.html'), '<p>candidate</p>');
  const port = await beginServer('python3', (free) => [
    ...['-m', 'http.server', '--bind', '127.0.0.1', '--directory', directory, String(free)],
  ]);
  const stage = await rolloutStage({ candidateAt: { port }, mirror: {} });
  const client = await stage.connect();
  const ask = async (method: string, path: string, more = '') => {
    void client.send(`${method} ${path} HTTP/1.1\r\nHost: a\r\nX-User: u\r\n${more}\r\n`);
    const { status, body } = await client.response();
    return [status, body.toString()];
  };
  // It speaks HTTP/1.0 and closes after each answer, and the client keeps its connection all the same.
  expect(await ask('GET', '/page.html')).toEqual([200, '<p>candidate</p>']);
  expect(await ask('GET', '/page.html')).toEqual([200, '<p>candidate</p>']);
  expect((await ask('GET', '/missing'))[0]).toBe(404);
  expect((await ask('POST', '/page.html', 'Content-Length: 0\r\n'))[0]).toBe(501);
  expect(stage.arm('candidate')).toMatchObject({ answered: 3, error: 1, fallbacks: 0 });
  expect(stage.production.requests).toHaveLength(0);
});
