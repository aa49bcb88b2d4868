import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, startBrowser } from '../../support/browser.ts';
import { certificateFile } from '../../support/certificates.ts';
import { settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectSecure } from '../../support/tls-client.ts';
import { startUnderstudy } from '../../support/understudy.ts';

let browser: Awaited<ReturnType<typeof startBrowser>>;
beforeAll(async () => {
  browser = await startBrowser();
});
afterAll(() => browser?.close());

test('where clients come with TLS, the commands of the pages do', async () => {
  const [primary, shadow] = await Promise.all([1, 2].map((total) => startOrigin((_, reply) => reply.json({ total }))));
  const understudy = await startUnderstudy({
    listen: { address: '127.0.0.1:0', tls: { cert: certificateFile('local'), key: certificateFile('local', 'key') } },
    primary: primary!.url,
    shadow: shadow!.url,
    store: { path: './understudy.db', flushInterval: '100ms' },
  });
  const origin = `http://127.0.0.1:${understudy.adminPort}`;
  const { page } = await open(browser, origin, '/', { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByText('No traffic yet.').waitFor();
  await page.getByText('curl -i https://').waitFor();

  const { client } = await connectSecure(understudy.port);
  await client.send('GET /orders HTTP/1.1\r\nHost: shop.example\r\n\r\n');
  await client.response();
  await settled(understudy.adminPort, 1);
  await page.goto(`${origin}/causes`);
  await page.getByRole('link', { name: '$.total has another value' }).click();
  await page.getByRole('button', { name: 'Copy as curl' }).click();
  await expect
    .poll(() => page.evaluate('navigator.clipboard.readText()'))
    .toMatch(/^curl -i https:\/\/shop\.example\/orders/);
});
