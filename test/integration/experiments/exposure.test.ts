/** Who takes part is reported to a webhook, through a real process. */
import { expect, test } from 'vitest';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

const USERS = 20;
const WAIT = { timeout: 20_000, interval: 100 } as const;

async function visit({ port }: Understudy, users = USERS): Promise<void> {
  const client = await connectRaw(port);
  for (let index = 0; index < users; index++) {
    void client.send(`GET / HTTP/1.1\r\nHost: a\r\nCookie: uid=visitor-${index}\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
  }
}

/** How many the store knows. */
async function usersOf({ adminPort }: Understudy): Promise<number | undefined> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/experiments`);
  const { experiments } = (await response.json()) as { experiments: { arms: { users: number }[] }[] };
  return experiments[0]?.arms.reduce((sum, { users }) => sum + users, 0);
}

test('each user is reported once, by a key alone, though the webhook and the target of an arm fail, and the proxy restarts', async () => {
  const down = await startOrigin(() => {});
  await down.close();
  const primary = await startOrigin((_request, reply) => reply.send({ body: 'ok' }));
  let fails = true;
  const webhook = await startOrigin(({ target }, reply) =>
    reply.send({ status: target === '/batch/' && !fails ? 200 : 503 }),
  );
  const config = {
    primary: primary.url,
    shadow: 'none',
    store: { path: './understudy.db', flushInterval: '50ms' },
    experiments: [
      {
        name: 'button',
        arms: [
          { name: 'control', share: '50%' },
          { name: 'green', share: '50%', target: down.url },
        ],
        sticky: [{ cookie: 'uid' }],
      },
    ],
    exposure: { url: `${webhook.url}/batch/`, format: 'posthog', projectKey: 'phc_1', window: '1s' },
  };
  const first = await startUnderstudy(config);
  await visit(first);
  await webhook.received(1);
  fails = false;
  const ask = (path: string) => fetch(`http://127.0.0.1:${first.adminPort}${path}`);
  const counted = async (metric: RegExp) => Number(metric.exec(await (await ask('/metrics')).text())?.[1] ?? 0);
  await expect.poll(() => counted(/understudy_exposures_total\{result="sent"\} (\d+)/), WAIT).toBe(USERS);
  expect(
    await counted(/understudy_experiment_fallbacks_total\{experiment="button",arm="green"\} (\d+)/),
  ).toBeGreaterThan(0);
  expect(await (await ask('/api/v1/health')).json()).toMatchObject({
    services: [
      {
        targets: [
          { role: 'primary', reachable: true },
          { role: 'arm', variant: 'button=green', url: down.url, reachable: false },
        ],
      },
    ],
  });
  await first.stop();

  const second = await startUnderstudy(config, { directory: first.directory });
  await visit(second);
  await expect.poll(() => usersOf(second), WAIT).toBe(USERS);
  await second.stop();

  const bodies = webhook.requests.slice(1).map(({ body }) => JSON.parse(body.toString()));
  const events = bodies.flatMap(({ batch }) => batch);
  expect(events.length).toBe(USERS);
  expect(new Set(events.map(({ distinct_id }) => distinct_id)).size).toBe(USERS);
  for (const event of events)
    expect(event).toMatchObject({
      event: '$feature_flag_called',
      distinct_id: expect.stringMatching(/^[\da-f]{32}$/),
      properties: { $feature_flag: 'button', $feature_flag_response: expect.stringMatching(/^control$|^green$/) },
    });
  expect(JSON.stringify(bodies)).not.toContain('visitor-');
  expect(JSON.stringify([...first.logs(), ...second.logs()])).not.toContain('phc_1');
});

const EXPERIMENTS = [
  {
    name: 'button',
    arms: [
      { name: 'control', share: '50%' },
      { name: 'green', share: '50%' },
    ],
    sticky: [{ cookie: 'uid' }],
  },
];

/** A proxy with an experiment, and the webhook that is told who takes part. */
async function reporting() {
  const primary = await startOrigin((_request, reply) => reply.send({ body: 'ok' }));
  let status = 503;
  const answers: number[] = [];
  const webhook = await startOrigin((_request, reply) => {
    answers.push(status);
    reply.send({ status });
  });
  const config = {
    primary: primary.url,
    shadow: 'none',
    store: { path: './understudy.db', flushInterval: '50ms' },
    experiments: EXPERIMENTS,
  };
  const reported = () =>
    webhook.requests
      .filter((_, index) => answers[index] === 200)
      .flatMap(({ body }) => JSON.parse(body.toString()).exposures as { readonly id: string }[]);
  return {
    webhook,
    config,
    told: { ...config, exposure: { url: webhook.url, window: '1s' } },
    take: () => {
      status = 200;
    },
    reported,
  };
}

test('users who are recorded but not reported when the proxy is killed are reported after the next start', async () => {
  const { webhook, told, take, reported } = await reporting();
  const first = await startUnderstudy(told);
  await visit(first);
  await expect.poll(() => usersOf(first), WAIT).toBe(USERS);
  await webhook.received(1);
  first.kill('SIGKILL');
  await first.exited;
  take();
  const second = await startUnderstudy(told, { directory: first.directory });
  await expect.poll(() => new Set(reported().map(({ id }) => id)).size, WAIT).toBe(USERS);
  await second.stop();
  const count = reported().length;
  const third = await startUnderstudy(told, { directory: first.directory });
  await visit(third);
  await third.stop();
  expect(reported().length).toBe(count);
});

test('users who came while no webhook was configured are not reported later, those who come then are', async () => {
  const { config, told, take, reported } = await reporting();
  take();
  const first = await startUnderstudy(config);
  await visit(first);
  await expect.poll(() => usersOf(first), WAIT).toBe(USERS);
  await first.stop();
  const second = await startUnderstudy(told, { directory: first.directory });
  await visit(second, USERS + 5);
  await expect.poll(() => usersOf(second), WAIT).toBe(USERS + 5);
  await second.stop();
  expect(reported().length).toBe(5);
});
