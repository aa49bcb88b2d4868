import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../support/origin.ts';
import { temporaryDirectory } from '../support/temporary-directory.ts';
import { runUnderstudy, startUnderstudy } from '../support/understudy.ts';

const SECRET = 'T0-secret-of-this-test';

interface Posted {
  readonly url: string;
  readonly body: string;
}

/** A receiver of webhooks that fails as often as it is told, and then takes everything. */
async function startReceiver(failures = 0) {
  const posted: Posted[] = [];
  let left = failures;
  const { port } = await startHttpOrigin(async (request, response) => {
    const body = Buffer.concat(await request.toArray()).toString();
    if (left-- > 0) return void response.writeHead(500).end();
    posted.push({ url: request.url!, body });
    response.writeHead(200).end('ok');
  });
  const texts = () => posted.map(({ body }) => (JSON.parse(body) as { text: string }).text).join('\n');
  return { url: `http://127.0.0.1:${port}/${SECRET}`, posted, texts };
}

test('webhooks are told of a new mismatch, of a breaker that opens and of another verdict, though one of them hangs, without recorded values or secrets', async () => {
  const value = 'a-value-that-was-recorded';
  const answer = (total: string) =>
    startHttpOrigin((_request, response) => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ total }));
    });
  const [primary, shadow] = [await answer('10'), await answer(value)];
  const [json, slack] = [await startReceiver(1), await startReceiver()];
  const hanging = await startHttpOrigin(() => {});
  const { port, adminPort, logs, stop } = await startUnderstudy({
    primary: `http://127.0.0.1:${primary.port}`,
    shadow: `http://127.0.0.1:${shadow.port}`,
    alerts: {
      window: '1s',
      timeout: '500ms',
      webhooks: [
        { url: `http://127.0.0.1:${hanging.port}/${SECRET}` },
        { url: json.url, headers: { 'x-team': SECRET } },
        { url: slack.url, format: 'slack', events: ['breaker'] },
      ],
    },
  });
  const ask = async () => void (await (await fetch(`http://127.0.0.1:${port}/orders?card=${value}`)).text());
  await ask();
  await expect
    .poll(json.texts, { timeout: 20_000 })
    .toMatch(/new: mismatch on .*, status 200: \$\.total \(value\) \[[0-9a-f]{16}\]/);
  expect(slack.posted).toEqual([]);
  const judged = async () => {
    for (let each = 0; each < 15; each++) await ask();
    return json.texts();
  };
  await expect
    .poll(judged, { timeout: 20_000, interval: 500 })
    .toMatch(/verdict: regression, was \w+: [^;]*\$\.total \(value\) differs in \d+ of/);

  shadow.server.closeAllConnections();
  await new Promise((resolve) => shadow.server.close(resolve));
  const opened = async () => {
    await ask();
    return slack.texts();
  };
  await expect.poll(opened, { timeout: 30_000, interval: 20 }).toContain('the breaker of the shadow is open');
  expect(Object.keys(JSON.parse(slack.posted[0]!.body))).toEqual(['text']);

  const config = await (await fetch(`http://127.0.0.1:${adminPort}/api/v1/config`)).text();
  expect(config).toContain('"x-team":"***"');
  const metrics = await (await fetch(`http://127.0.0.1:${adminPort}/metrics`)).text();
  expect(metrics).toMatch(/understudy_alert_messages_total\{result="sent"\} [1-9]/);
  await stop();
  const all = [
    config,
    metrics,
    JSON.stringify(logs()),
    ...[...json.posted, ...slack.posted].map(({ body }) => body),
  ].join('\n');
  expect(all).not.toContain(SECRET);
  expect(all.replaceAll(`card=${value}`, '')).not.toContain(value);
});

test('a test message goes to each webhook, and what each answers is said', async () => {
  const [good, slack, failing] = [await startReceiver(), await startReceiver(), await startReceiver(100)];
  const file = join(temporaryDirectory(), 'understudy.yaml');
  const tried = (webhooks: readonly object[]) => {
    writeFileSync(file, JSON.stringify({ alerts: { webhooks, timeout: '5s' } }));
    return runUnderstudy(['alert', 'test', '-c', file]);
  };
  const both = [{ url: good.url }, { url: slack.url, format: 'slack' }];
  const all = await tried(both);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(/^webhook 1 \(http:\/\/127\.0\.0\.1:\d+\): answers 200, after [\d.]+ ms$/m);
  expect(good.texts()).toMatch(/^Understudy on .*: this is a test$/);
  expect(slack.posted).toHaveLength(1);
  const some = await tried([...both, { url: failing.url }]);
  expect(some.code).toBe(1);
  expect(some.stdout).toMatch(/^webhook 3 .*: answers 500, after/m);
  expect(some.stdout + some.stderr).not.toContain(SECRET);
  const none = await tried([]);
  expect(none).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('alerts.webhooks: found none') });
  const wrong = await tried([{ url: `ftp://me:${SECRET}@127.0.0.1/` }]);
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('alerts.webhooks[0].url') });
  expect(wrong.stderr).not.toContain(SECRET);
  expect((await runUnderstudy(['alert', 'tset'])).code).toBe(2);
});
