import { expect, test } from 'vitest';
import { caller } from './caller.ts';
import { dependencies, exchange, response } from './results.ts';

const HOSTILE = `</style></script><script>document.title='owned'</script><img src=x onerror=alert(1)>`;
/** Escapes for a terminal, a change of direction, a link and markup of Markdown. */
const TRICKS = '\u001b[31m\u202ejavascript:alert(1) | `` ![x](http://evil.test/x.png)';

/** A store whose one cause has an example with recorded text that wants to be markup. */
function hostileStore() {
  const { store } = dependencies();
  const body = JSON.stringify({ [HOSTILE]: TRICKS });
  const example = {
    ...exchange,
    request: { ...exchange.request, target: `/api/orders/17?q=${HOSTILE}` },
    shadow: response(body, ['Content-Type', 'application/json', 'X-Evil', HOSTILE]),
    differences: [{ path: `$['${HOSTILE}']`, kind: 'added', right: JSON.stringify(TRICKS) } as const],
  };
  const read = store.signature.bind(store);
  store.signature = async (...of) => {
    const detail = await read(...of);
    return detail && { ...detail, route: HOSTILE, examples: [example] };
  };
  return store;
}

async function firstCause(call: ReturnType<typeof caller>): Promise<string> {
  const { value } = await call('GET', '/api/v1/causes');
  return value.causes[0].id;
}

test.each(['html', 'md'])('the report as .%s tells of experiments, and that of a route does not', async (form) => {
  const read = async (query = '') => String((await caller()('GET', `/api/v1/report.${form}${query}`)).body);
  expect(await read()).toContain('purchase: green converts');
  expect(await read('?route=orders')).not.toContain('green');
});

test.each(['html', 'md'])(
  'the report as .%s is saved by a browser and never shown as a page of this server',
  async (form) => {
    const { status, headers, body } = await caller()('GET', `/api/v1/report.${form}`);
    expect(status).toBe(200);
    expect(headers['content-disposition']).toBe(`attachment; filename="understudy-report.${form}"`);
    expect(String(body)).toContain('orders');
  },
);

test('a cause as HTML needs no other file, forbids scripts, and has what was recorded as text alone', async () => {
  const call = caller({ store: hostileStore() });
  const { body } = await call('GET', `/api/v1/report.html?cause=${await firstCause(call)}`);
  const html = String(body);
  expect(html).toContain(`content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;`);
  expect(html).not.toMatch(/<(?:script|img|link|iframe)/);
  expect(html.match(/<\/style>/g)).toHaveLength(1);
  expect(html).toContain('&lt;script&gt;document.title=&#39;owned&#39;');
  expect(html).toContain('\\u202e');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(html).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
});

test('a cause as Markdown has what was recorded as code or escaped, also in a cell of a table', async () => {
  const call = caller({ store: hostileStore() });
  const { body } = await call('GET', `/api/v1/report.md?cause=${await firstCause(call)}`);
  const cell = String(body)
    .split('\n')
    .find((line) => line.startsWith('| added |'));
  expect(cell).toContain('```"\\u001b[31m\\u202ejavascript:alert(1) \\| `` ![x]');
  expect(cell?.replaceAll('\\|', '').match(/\|/g)).toHaveLength(5);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(String(body)).not.toMatch(/[\u0000-\u0008\u001b\u202e]/);
});

test('a cause or a route without results is not found', async () => {
  for (const query of ['cause=none', 'route=nowhere']) {
    expect((await caller()('GET', `/api/v1/report.html?${query}`)).status).toBe(404);
  }
});
