import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { open, startBrowser, violations } from '../../support/browser.ts';
import { type Answers, type ComparedServices, startCompared } from '../../support/compared-services.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const RUN = `document.title='owned'`;
const MARKUP = `</script></style><script>${RUN}</script><img src=x onerror="${RUN}"><a href="javascript:${RUN}">x</a>`;
const json = (value: unknown, fields = {}) => ({ body: JSON.stringify(value), type: 'application/json', fields });

/** What strangers may put into responses: the shadow's are hostile. */
const ANSWERS: Answers = {
  '/markup': (side) =>
    side === 'shadow' ? json({ name: MARKUP, [MARKUP]: 1 }, { 'X-Evil': MARKUP }) : json({ name: 'Ada' }),
  '/page': (side) => ({ body: side === 'shadow' ? `<html>${MARKUP}</html>` : '<html>Ada</html>', type: 'text/html' }),
  '/link': (side) => json({ url: side === 'shadow' ? `javascript:${RUN}` : 'https://example.test/' }),
  '/terminal': (side) => json({ text: side === 'shadow' ? '\u001b[2J\u001b]0;owned\u0007' : 'plain' }),
  '/bidi': (side) => json({ file: side === 'shadow' ? 'user\u202etxt.exe\u2066' : 'user.txt' }),
  // As a pattern, the first name would be looked for in the second forever.
  '/pattern': (side) =>
    json(side === 'shadow' ? { [`${'…'.repeat(22)}x`]: 2, [`${'…'.repeat(60)}`]: 2 } : { '…': 1, a: 1 }),
  '/line': (side) => ({ body: `${'x'.repeat(1_000_000)}${side === 'shadow' ? 'y' : 'z'}`, type: 'text/plain' }),
  '/binary': (side) => ({
    body: Buffer.from([0, 1, 2, 255, 254, side === 'shadow' ? 9 : 8]),
    type: 'application/octet-stream',
  }),
};

let browser: Browser;
let services: ComparedServices;

beforeAll(async () => {
  [browser, services] = await Promise.all([startBrowser(), startCompared(ANSWERS)]);
  await services.ask(2);
});
afterAll(() => Promise.all([browser?.close(), services?.close()]));

/** The page of the cause of a route, once all of it is there. */
async function openCause(route: string, { origin } = services) {
  const answer = await fetch(`${origin}/api/v1/causes?route=${route}`);
  const { causes } = (await answer.json()) as { causes: { id: string }[] };
  const { page, troubles } = await open(browser, origin, `/causes/${causes[0]!.id}`);
  await page.getByRole('region', { name: 'Bodies' }).waitFor();
  return { page, troubles, text: () => page.getByRole('main').innerText() };
}

test.each([
  ['markup', MARKUP.replaceAll('"', '\\"')],
  ['page', `<script>${RUN}</script>`.slice(0, 20)],
  ['link', `javascript:${RUN}`],
  ['terminal', '\\u001b[2J'],
  ['bidi', 'user\\u202etxt.exe\\u2066'],
  ['pattern', `${'…'.repeat(22)}x: 2`],
  ['line', 'xxxxxxxx'],
  ['binary', 'AAEC'],
])('of /%s everything is shown as text, and nothing of it runs', async (route, shown) => {
  const { page, troubles, text } = await openCause(route);
  expect(await text()).toContain(shown);
  for (const view of ['Header fields', 'Raw']) {
    await page.getByRole('link', { name: view, exact: true }).click();
    await page.getByText('Explain: compare it again').waitFor();
  }
  expect(await page.title()).toMatch(/· Understudy$/);
  expect(await page.locator('main script, main img:not([role]), main iframe, a[href^="javascript:"]').count()).toBe(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(await text()).not.toMatch(/[\u0000-\u0008\u001b\u202a-\u202e\u2066-\u2069]/);
  expect(await violations(page)).toEqual([]);
  expect(troubles).toEqual([]);
});

test('of a line of 5 MB its beginning and what differs in it are shown', async () => {
  const size = 5 * 2 ** 20;
  const large = await startCompared(
    {
      '/long': (side) => {
        const bytes = Buffer.alloc(size, 'x');
        if (side === 'shadow') bytes.write('DIFFERS', size / 2);
        return { body: bytes, type: 'text/plain' };
      },
    },
    {
      mirror: { maxBody: '8MiB', memory: '512MiB', tape: '64MiB', backlog: '60s' },
      compare: { maxDecoded: '8MiB', budget: '10s' },
    },
  );
  try {
    await large.ask(1);
    const { page, troubles, text } = await openCause('long', large);
    expect(await page.getByRole('region', { name: 'Differences' }).innerText()).toContain('DIFFERS');
    expect(await text()).toMatch(/Here the record ends/);
    expect(await text()).toContain('5,242,880 bytes, recorded in part');
    await page.getByRole('link', { name: 'Raw', exact: true }).click();
    await page.getByRole('region', { name: "Body of the primary's response" }).waitFor();
    expect(await violations(page)).toEqual([]);
    expect(troubles).toEqual([]);
  } finally {
    await large.close();
  }
});

test('a hostile response is saved as a file in which nothing runs, either', async () => {
  const { page } = await openCause('markup');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Save as HTML' }).click(),
  ]);
  const messages: string[] = [];
  page.on('console', (message) => messages.push(message.text()));
  const file = join(temporaryDirectory(), download.suggestedFilename());
  await download.saveAs(file);
  await page.goto(`file://${file}`);
  expect(await page.locator('body').innerText()).toContain(`<script>${RUN}</script>`);
  expect(await page.title()).toMatch(/· Understudy$/);
  expect(await page.locator('script, img, iframe, a').count()).toBe(0);
  expect(messages).toEqual([]);
});
