import { describe, expect, test } from 'vitest';
import { type Content, html } from '../../../src/admin/dashboard/html.ts';
import { layOutJson, markLines } from '../../../src/admin/dashboard/sides.ts';
import type { SignatureDetail, StoredExchange } from '../../../src/model/store-reader.ts';
import { StoreError } from '../../../src/record/store-error.ts';
import { caller } from './caller.ts';
import { body, calm, exchange, FakeStore, response, signature, summary } from './results.ts';

const HOSTILE = [
  '</script><img src=x onerror=alert(1)>',
  `"'><svg/onload=alert(1)>`,
  '</title></style></textarea><script>alert(1)</script>',
  `' autofocus onfocus=alert(1) x='`,
  '<!--',
  'javascript:alert(1)',
  '&lt;img&gt;',
];

/** Markup that text may never turn into: what is left of a page when all that the templates write is taken out. */
function strangeMarkup(page: string): string[] {
  const own =
    /<\/?(?:html|head|meta|title|style|body|header|h[1-3]|a|main|span|p|time|dl|dt|dd|div|small|svg|rect|table|thead|tbody|tr|th|td|ul|li|code|nav|details|summary|section|pre|mark)(?: (?:tabindex|lang|charset|name|content|class|href|datetime|viewBox|preserveAspectRatio|role|aria-label|aria-current|x|width|height)="[^"<>]*"| open)*>|<!doctype html>/g;
  return page.replace(own, '').match(/.{0,20}[<>].{0,20}/g) ?? [];
}

describe('overview', () => {
  test('shows totals, routes, latency, signatures and what is wrong', async () => {
    const call = caller({
      state: () => ({
        ...calm,
        ready: { ok: false, reasons: ['edge-0 is not listening'] },
        configLastError: 'bad key',
      }),
      mirror: { get: () => ({ enabled: false, paused: [] }), set: () => {} },
    });
    const { body: page } = await call('GET', '/');
    for (const shown of ['123,456', '4,711', 'orders', '$.items[*].price', '15.0 s', 'mirror off', 'not ready']) {
      expect(page).toContain(shown);
    }
    for (const trouble of ['edge-0 is not listening', 'bad key', 'may be missing']) expect(page).toContain(trouble);
    expect(page).toContain('Not compared: 24 shadow_timeout, 8,000 skipped (method), 400 skipped (tape_full).');
    expect(page).toContain('orders: the shadow is slower than the primary: p50 +1.20 ms (2.10 ms → 3.30 ms)');
    expect(page).toContain('href="/signatures/a1b2c3"');
  });

  test('shows a cause in one row, with its routes, and what follows from the body', async () => {
    const places = [...signature.places, { path: 'header.etag', kind: 'header' as const }];
    const others = Array.from({ length: 5 }, (_, at) => ({ ...signature, places, id: `d${at}`, route: `GET /${at}` }));
    const { body: page } = await caller({ store: new FakeStore({ signature, summary, others }) })('GET', '/');
    const [causes, ...more] = page.match(/<tr>(?:(?!<tr>).)*\/signatures\/(?:(?!<tr>).)*/g)!;
    expect(more).toEqual([]);
    expect(causes).toContain('<td class="number">28,266<td>');
    expect(causes).toContain('<code>header.etag</code> <span class="faint">follows from the body</span>');
    for (const id of ['a1b2c3', 'd0', 'd4']) expect(causes).toContain(`href="/signatures/${id}"`);
    expect(causes).toContain('<summary>3 more routes</summary>');
    expect(page).not.toContain('<h2>Signatures');
  });

  test('shows what is expected and what is fixed below what is open, with what was said of it', async () => {
    const others = [
      {
        ...signature,
        id: 'b',
        route: 'B',
        mark: { state: 'expected', reason: '<b>tax</b>', owner: 'ann', markedAt: 1 },
      },
      { ...signature, id: 'c', route: 'C', mark: { state: 'fixed', markedAt: 1 } },
      { ...signature, id: 'd', route: 'D', mark: { state: 'fixed', markedAt: 1, seenAgain: Date.UTC(2026, 10, 20) } },
    ] as const;
    const store = new FakeStore({ summary, signature, others });
    const { body: page } = await caller({ store })('GET', '/');
    const [, open, expected, fixed] = page.split(/<h2>(?:Causes|Expected|Fixed, and not seen since)<\/h2>/);
    expect(open).toContain('Open again: was fixed, and seen again at 2026-11-20 00:00:00Z');
    expect(open).not.toMatch(/signatures\/[bc]"/);
    expect(expected).toContain('<p>&lt;b&gt;tax&lt;/b&gt; (ann)</p>');
    expect(expected).toContain('href="/signatures/b"');
    expect(fixed).toContain('href="/signatures/c"');
  });

  test('shows one route alone, to which its name is the link', async () => {
    const store = new FakeStore({
      signature,
      summary: {
        ...summary,
        routes: summary.routes.map((each, at) => (at === 0 ? { ...each, route: 'GET /a/:id' } : each)),
      },
    });
    const call = caller({ store });
    const { body: all } = await call('GET', '/');
    const [, link] = /<a href="([^"]*)">GET \/a\/:id<\/a>/.exec(all)!;
    const { body: page } = await call('GET', link!);
    expect(store.queries.at(-1)).toMatchObject({ route: 'GET /a/:id' });
    expect(page).toContain('<title>Understudy: GET /a/:id</title>');
    expect(page).toContain('4,811');
    expect(page).toContain('<a href="/">all routes</a>');
    for (const other of ['123,456', '118,645', '<h2>Rules</h2>']) {
      expect(all).toContain(other);
      expect(page).not.toContain(other);
    }
    expect((await call('GET', '/?route=none')).status).toBe(200);
    expect(strangeMarkup((await call('GET', `/?route=${encodeURIComponent(HOSTILE.join(''))}`)).body)).toEqual([]);
  });

  test('shows what was hidden by which rule, by what names, and how to see it', async () => {
    const { body: page } = await caller()('GET', '/');
    const part = page.slice(page.indexOf('<h2>Hidden values</h2>'));
    expect(part).toMatch(/1,240<td><code>token<\/code><td>csrfToken 1,200, others 40/);
    expect(part).toMatch(/3<td><code>card<\/code><td>by their shape or place/);
    expect(part).toContain('redact: {allow: [csrfToken]}');
  });

  test('shows how often each rule was of use, and says which expired and which never were', async () => {
    const { body: page } = await caller()('GET', '/');
    const rows = page
      .slice(page.indexOf('<h2>Rules</h2>'), page.indexOf('<h2>Hidden values</h2>'))
      .split('<tr>')
      .slice(2);
    expect(rows.map((row) => /(expired on [\d-]+|never hit)/.exec(row)?.[0] ?? 'in use')).toEqual([
      'never hit',
      'expired on 2026-11-01',
      'in use',
    ]);
    expect(rows[2]).toContain('1,234');
    expect(rows[2]).toContain('understudy.yaml:14');
  });

  test('shows rules as text, whatever is in them', async () => {
    const store = new FakeStore();
    store.rules = async () =>
      HOSTILE.map((rule) => ({ rule, origin: rule, hits: 0, services: [{ service: rule, hits: 0 }] }));
    const { body: page } = await caller({ store })('GET', '/');
    expect(strangeMarkup(page)).toEqual([]);
  });

  test('is a page before any traffic', async () => {
    const empty = { requests: 0, outcomes: [], routes: [], gaps: [] };
    const { body: page } = await caller({ store: new FakeStore({ summary: empty, signature }) })('GET', '/');
    expect(page).toContain('No traffic yet.');
    expect(page.match(/None yet\./g)).toHaveLength(2);
  });

  test('shows the state of the process where the store is away, and what of the results is lost or waits', async () => {
    const away = async () => {
      throw new StoreError('full', 'store a.db: the disk is full');
    };
    const call = caller({
      store: Object.assign(new FakeStore(), { summary: away }),
      state: () => ({
        ...calm,
        recorder: {
          status: 'degraded',
          detail: 'the disk is full',
          pendingRequests: 1_234,
          droppedExamples: 1,
          damages: 0,
        },
      }),
    });
    const { status, body: page } = await call('GET', '/');
    expect(status).toBe(200);
    expect(page).toContain('degraded');
    expect(page).toContain('waiting in memory: 1,234 requests');
    expect(page).toContain('1 example dropped');
    expect(page).toContain('Results can&#39;t be read: store a.db: the disk is full');
  });
});

describe('signature page', () => {
  test('shows both bodies, exact to the digit, and the differences', async () => {
    const { body: page } = await caller()('GET', '/signatures/a1b2c3');
    expect(page).toContain('<mark>      &quot;price&quot;: 9007199254740993</mark>');
    expect(page).toContain('<mark>      &quot;price&quot;: 9007199254740992</mark>');
    expect(page).toContain('<span>  &quot;id&quot;: 17,</span>');
    expect(page).toContain('as: timestamp, within: 2s');
    expect(page).toContain('timeout: no first byte within 5 s');
  });

  test('shows the state, and why it is expected', async () => {
    const mark = { state: 'expected', reason: 'the new tax', until: Date.UTC(2026, 10, 22), markedAt: 1 } as const;
    const page = async (parts: object) => {
      const store = new FakeStore({ summary, signature: { ...signature, ...parts } });
      return (await caller({ store })('GET', '/signatures/a1b2c3')).body;
    };
    expect(await page({})).toContain('<span class="pill">open</span>');
    const expected = await page({ mark });
    expect(expected).toContain('<span class="pill">expected</span>');
    expect(expected).toContain('Expected: the new tax (until 2026-11-21)');
    expect(await page({ mark: { state: 'fixed', markedAt: 1 } })).toContain('<span class="pill">fixed</span>');
    const again = await page({ mark: { ...mark, until: Date.UTC(2026, 10, 20) } });
    expect(again).toContain('<span class="pill">open</span>');
    expect(again).toContain('Open again: was expected until 2026-11-19');
  });

  test('proposes rules that would accept it, and none without an example', async () => {
    const { body: page } = await caller()('GET', '/signatures/a1b2c3');
    expect(page).toContain('Rules that would accept this');
    expect(page).toContain('- {path: &quot;$.items[*].price&quot;, as: number}');
    expect(page).toContain('- {path: $.extra, emptyIsMissing: true}');
    const store = new FakeStore({ summary, signature: { ...signature, examples: [] } });
    expect((await caller({ store })('GET', '/signatures/a1b2c3')).body).not.toContain('Rules that would accept');
  });

  test('marks of the header fields those that are a difference, and not what differs as a matter of course', async () => {
    const fields = (length: string, cache: string) => ['Content-Length', length, 'Cache-Control', cache];
    const recordedExchange: StoredExchange = {
      ...exchange,
      primary: response('{}', fields('2', 'max-age=60')),
      shadow: response('{} ', fields('3', 'no-store')),
      differences: [{ path: 'header.cache-control.max-age', kind: 'removed', left: '60' }],
    };
    const store = new FakeStore({ summary, signature: { ...signature, examples: [recordedExchange] } });
    const { body: page } = await caller({ store })('GET', '/signatures/a1b2c3');
    expect(page).toContain('<mark>Cache-Control: max-age=60</mark>');
    expect(page).toContain('<mark>Cache-Control: no-store</mark>');
    expect(page).toContain('<span>Content-Length: 2</span>');
    expect(page).toContain('<span>Content-Length: 3</span>');
  });

  test('marks nothing beside a leg that gave no answer', async () => {
    const failed: StoredExchange = {
      ...exchange,
      shadow: { failure: 'reset', detail: 'closed' },
      differences: [],
    };
    const store = new FakeStore({ summary, signature: { ...signature, examples: [failed] } });
    const { body: page } = await caller({ store })('GET', '/signatures/a1b2c3');
    expect(page).toContain('reset: closed');
    expect(page).toContain('9007199254740993');
    expect(page).not.toContain('<mark>');
  });

  test('counts one exchange as one', async () => {
    const store = new FakeStore({ summary, signature: { ...signature, count: 1 } });
    expect((await caller({ store })('GET', '/signatures/a1b2c3')).body).toContain('<p>1 exchange, from ');
  });

  test('leads to the other examples', async () => {
    const { body: page } = await caller()('GET', '/signatures/a1b2c3?example=2');
    expect(page).toContain('href="/signatures/a1b2c3?example=1">1<');
    expect(page).toContain('href="/signatures/a1b2c3?example=2" aria-current="page"');
    expect(page).toContain('/api/v1/exchanges/req-2');
  });

  test('says when no example is kept', async () => {
    const store = new FakeStore({ summary, signature: { ...signature, examples: [] } });
    expect((await caller({ store })('GET', '/signatures/a1b2c3')).body).toContain('No example is kept.');
  });

  test('an unknown signature is not found', async () => {
    expect((await caller()('GET', '/signatures/nobody')).status).toBe(404);
  });
});

describe('hostile text', () => {
  test.each(HOSTILE)('stays text on every page: %s', async (text) => {
    const hostileExchange: StoredExchange = {
      ...exchange,
      id: text,
      request: { method: text, target: text, fields: [text, text], body: body(text) },
      primary: { ...response(text, [text, text]), reason: text, trailers: [text, text] },
      shadow: response(`{"a":${JSON.stringify(text)}}`, [text, text]),
      control: { failure: 'invalid', detail: text },
      differences: [{ path: text, kind: 'value', left: text, right: text }],
      accepted: [{ path: text, kind: 'value', left: text, rule: text }],
    };
    const hostileSignature: SignatureDetail = {
      ...signature,
      route: text,
      places: [{ path: text, kind: 'value' }],
      examples: [hostileExchange, hostileExchange],
    };
    const store = new FakeStore({
      summary: { ...summary, routes: summary.routes.map((route) => ({ ...route, route: text })) },
      signature: hostileSignature,
    });
    const state = () => ({
      ...calm,
      ready: { ok: false, reasons: [text] },
      recorder: { status: 'degraded' as const, detail: text, pendingRequests: 0, droppedExamples: 0, damages: 0 },
      threads: [{ name: text, status: 'stopped' as const, restarts: 0 }],
      configLastError: text,
    });
    const call = caller({ store, state });
    for (const path of ['/', '/signatures/a1b2c3']) {
      const { status, body: page } = await call('GET', path);
      expect(status).toBe(200);
      expect(strangeMarkup(page)).toEqual([]);
    }
  });

  test('writes out what could not be seen, or would turn the text around', () => {
    expect(html`<p>${'a\u202eb\u0000\u200b\n\tc'}</p>`.text).toBe('<p>a\\u202eb\\u0000\\u200b\n\tc</p>');
  });

  test('the check of this test sees markup that is not escaped', () => {
    for (const text of HOSTILE.slice(0, 3)) expect(strangeMarkup(`<p>${text}</p>`)).not.toEqual([]);
  });

  test('is escaped in text, lists and attributes; markup of our own is not', () => {
    const holes: Content = ['<', [html`<b>${'>'}</b>`, undefined, false, 0]];
    expect(html`<a title="${`"'&`}">${holes}</a>`.text).toBe('<a title="&quot;&#39;&amp;">&lt;<b>&gt;</b>0</a>');
  });
});

describe('laying out JSON', () => {
  test('puts one member on a line and keeps every token', () => {
    expect(layOutJson('{"a":[1.0,-0,1e400],"a":{},"b":[],"c":"x, {y}: \\"z\\""}')).toBe(
      '{\n  "a": [\n    1.0,\n    -0,\n    1e400\n  ],\n  "a": {},\n  "b": [],\n  "c": "x, {y}: \\"z\\""\n}',
    );
  });

  test('is the same however the text was laid out before', () => {
    const text = '{"a":[1,{"b":null}],"c":"d e"}';
    expect(layOutJson(JSON.stringify(JSON.parse(text), null, '\t'))).toBe(layOutJson(text));
  });

  test('goes as far as a text that was cut', () => {
    expect(layOutJson('{"a":"x\\')).toContain('"a": "x');
    expect(layOutJson('[1,[2')).toBe('[\n  1,\n  [\n    2');
  });

  test('stays small for a nesting without end', () => {
    expect(layOutJson('['.repeat(20_000)).length).toBeLessThan(20_000 * 100);
  });
});

describe('marking lines', () => {
  const marked = (left: string, right: string) => {
    const { left: one, right: other } = markLines(left, right);
    return [one, other].map((lines) => lines.filter(({ differs }) => differs).map(({ text }) => text));
  };

  test('equal texts have no marks', () => expect(marked('a\nb', 'a\nb')).toEqual([[], []]));
  test('an inserted line marks itself alone', () => expect(marked('a\nc', 'a\nb\nc')).toEqual([[], ['b']]));
  test('a repeated line is marked as often as the other side lacks it', () =>
    expect(marked('a\na\na', 'a')).toEqual([['a', 'a'], []]));
  test('a comma that a later member brought is no mark', () => expect(marked('1\n2', '1,\n2')).toEqual([[], []]));
});
