import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/cli/explain.ts';
import { NOTHING_COMPARED } from '../../../src/findings/collector.ts';
import { Redactor } from '../../../src/findings/redactor.ts';
import type { CapturedExchange } from '../../../src/model/exchange.ts';
import type { RecordedExchange } from '../../../src/model/finding.ts';
import { answer, captured } from '../../support/captured.ts';
import { signature } from '../../support/flushes.ts';
import { SecondsWriter } from '../../support/judged-store.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const NOW = Date.UTC(2026, 10, 22);
const redactor = new Redactor({ headers: [], paths: [], query: [] }, Buffer.alloc(32));

function recorded(exchange: Partial<CapturedExchange>, route = 'orders'): RecordedExchange {
  const account = { route, ending: 'mismatch', comparison: NOTHING_COMPARED } as const;
  return redactor.redactExchange({ ...captured(), ...exchange }, account);
}

function json(body: unknown, fields: readonly string[] = []) {
  return answer({ fields: ['Content-Type', 'application/json', ...fields], body: JSON.stringify(body) });
}

interface Given {
  readonly pair: unknown;
  readonly config?: string;
  readonly flags?: readonly string[];
}

async function run({ pair, config, flags = [] }: Given) {
  const directory = temporaryDirectory();
  const file = join(directory, 'pair.json');
  writeFileSync(file, typeof pair === 'string' ? pair : JSON.stringify(pair));
  const yaml = join(directory, 'a.yaml');
  if (config !== undefined) writeFileSync(yaml, config);
  const written = { stdout: '', stderr: '' };
  const sink = (name: 'stdout' | 'stderr') => ({ write: (text: string) => (written[name] += text) });
  const argv = [file, ...(config === undefined ? [] : ['-c', yaml]), ...flags];
  const code = await explain(argv, { stdout: sink('stdout'), stderr: sink('stderr'), env: {}, now: NOW });
  const shown = (text: string) => text.replaceAll(`${directory}/`, '');
  return { code, stdout: shown(written.stdout), stderr: shown(written.stderr) };
}

const CONFIG = `routes:
  - name: orders
    match: {path: /orders}
    compare:
      rules:
        - {path: $.at, as: timestamp, within: 2s}
        - {path: $.etag, ignore: true}
        - {path: $.gone, ignore: true, until: 2026-01-01}
`;

const pair = recorded({
  primary: json({ at: '2026-11-22T10:00:00Z', etag: 1, price: 100, gone: 1 }),
  shadow: json({ at: '2026-11-22T10:00:05Z', etag: 2, price: 100.4, gone: 2 }),
});

describe('the explanation of a pair', () => {
  it('tells the rules and what they did, each step, the outcome and the rules that would accept it', async () => {
    const { code, stdout, stderr } = await run({ pair, config: CONFIG });
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^warning: a\.yaml:8:\d+: .*expired.*\n$/),
    });
    expect(stdout).toBe(`GET /
  exchange exchange-1, route orders, 1970-01-01T00:00:01.000Z, recorded as mismatch
  primary 200, shadow 200

Rules of the route orders
  not used  {path: $.at, as: timestamp, within: 2s}  a.yaml:6
  used      {path: $.etag, ignore: true}  a.yaml:7
  expired   {path: $.gone, ignore: true}  a.yaml:8

Steps
  status: both 200
  bodies: compared as JSON, 59 and 61 bytes
  value at $.at: "2026-11-22T10:00:00Z" → "2026-11-22T10:00:05Z"; covered by {path: $.at, as: timestamp, within: 2s}, which does not accept it; no rule accepts it
  value at $.etag: 1 → 2; accepted by {path: $.etag, ignore: true}
  value at $.price: 100 → 100.4; no rule accepts it
  value at $.gone: 1 → 2; no rule accepts it

Outcome: mismatch; 3 differences, 1 accepted
  value at $.at: "2026-11-22T10:00:00Z" → "2026-11-22T10:00:05Z"
  value at $.price: 100 → 100.4
  value at $.gone: 1 → 2
  value at $.etag: 1 → 2; accepted by {path: $.etag, ignore: true}

Rules that would accept the differences of this exchange; none of them was applied

routes:
  - name: orders # the existing route
    compare:
      rules:
        # value at $.at: "2026-11-22T10:00:00Z" → "2026-11-22T10:00:05Z"
        # accepts the example
        - {path: $.at, as: timestamp, within: 5s}
        # value at $.price: 100 → 100.4
        # accepts the example
        - {path: $.price, within: 0.4%}
        # value at $.gone: 1 → 2
        # accepts the example
        # hides which number it is: a wrong one is accepted too
        - {path: $.gone, as: number}
`);
  });

  it('is of an exchange of the store, too, by its id as the report has it', async () => {
    const directory = temporaryDirectory();
    const [store, yaml] = [join(directory, 'a.db'), join(directory, 'a.yaml')];
    writeFileSync(yaml, `store: {path: ${store}}\n${CONFIG}`);
    const examples = [{ priority: 0.5, exchange: pair }];
    await new SecondsWriter(store).write([{ signatures: [signature({ examples })] }]);
    const asked = async (...argv: string[]) => {
      const written: string[] = [];
      const sink = { write: (text: string) => written.push(text) };
      return { code: await explain(argv, { stdout: sink, stderr: sink, env: {}, now: NOW }), text: written.join('') };
    };
    const found = '\nOutcome: mismatch; 3 differences, 1 accepted\n';
    expect(await asked('exchange-1', '-c', yaml)).toEqual({ code: 0, text: expect.stringContaining(found) });
    const beside = join(directory, 'b.yaml');
    writeFileSync(beside, CONFIG);
    expect(await asked('exchange-1', '-c', beside, '--store', store)).toMatchObject({ code: 0 });
    expect(await asked('exchange-2', '-c', yaml)).toEqual({
      code: 2,
      text: expect.stringContaining(`no exchange with the id "exchange-2" is in the store ${store}; allowed: an id of`),
    });
  });

  it('proposes nothing where nothing is left to accept', async () => {
    const equal = recorded({ primary: json({ etag: 1 }), shadow: json({ etag: 2 }) });
    const { stdout } = await run({ pair: equal, config: CONFIG });
    expect(stdout).toContain('\nOutcome: accepted; 0 differences, 1 accepted\n');
    expect(stdout).not.toContain('would accept');
  });

  it('takes the rules of the route that is asked for', async () => {
    const { stdout } = await run({ pair, config: CONFIG, flags: ['--route', 'default'] });
    expect(stdout).toContain('\nRules of the route default (recorded under orders)\n  none\n');
    expect(stdout).toContain('\nOutcome: mismatch; 4 differences, 0 accepted\n');
  });

  it.each([
    ['shop GET /shop/:id', 'shop'],
    ['shop other', 'shop'],
    ['GET /shop/:id', 'default'],
    ['other', 'default'],
  ])('takes for %s, which nobody configured, the rules of the route that it comes of: %s', async (route, owner) => {
    const config = 'routes: [{name: shop, match: {path: /shop/*}, grouping: true}, {name: GET, match: {path: /get}}]';
    const recordedUnder = await run({ pair: { ...pair, route }, config });
    expect(recordedUnder.stdout).toContain(`\nRules of the route ${owner} (recorded under ${route})\n`);
    const asked = await run({ pair, config, flags: ['--route', route] });
    expect(asked.stdout).toContain(`\nRules of the route ${owner} (recorded under orders)\n`);
  });

  it('takes the global rules for a route that is not configured any more', async () => {
    const config = 'compare: {rules: [{path: $.price, within: 1%}]}';
    const { code, stdout } = await run({ pair, config });
    expect(code).toBe(0);
    expect(stdout).toContain(
      'Rules of the route default (recorded under orders)\n  used      {path: $.price, within: 1%}',
    );
  });

  it('tries a proposed rule that was put into the configuration, and puts the next one beside it', async () => {
    const [primary, shadow] = [json({ at: '2026-11-22T10:00:00Z' }), json({ at: '2026-11-22T10:00:05Z' })];
    const request = { ...pair.request, target: '/products/7?full=1' };
    const learned = { ...recorded({ primary, shadow }, 'GET /products/:id'), request };
    const [, proposed] = (await run({ pair: learned })).stdout.split('none of them was applied\n\n');
    const { stdout } = await run({ pair: learned, config: proposed! });
    expect(stdout).toContain(
      '\nRules of the route GET/products/:id (recorded under GET /products/:id)\n  used      {path: $.at, as: timestamp, within: 5s}',
    );
    expect(stdout).toContain('\nOutcome: accepted; 0 differences, 1 accepted\n');
    expect(stdout).not.toContain('would accept');
    const later = recorded({ primary, shadow: json({ at: '2026-11-22T10:00:09Z' }) }, 'GET /products/:id');
    const next = await run({ pair: { ...later, request }, config: proposed! });
    expect(next.stdout).toContain('\n  - name: GET/products/:id # the existing route\n');
  });

  it('says where the control differs, too', async () => {
    const { stdout } = await run({
      pair: recorded({ primary: json({ a: 1, b: 1 }), shadow: json({ a: 2, b: 1 }), control: json({ a: 3, b: 1 }) }),
    });
    expect(stdout).toContain(
      '\nOutcome: noise; 1 difference, 0 accepted\n  value at $.a: 1 → 2; noise: the control differs there, too\n',
    );
  });

  it('says that a leg gave no response', async () => {
    const { code, stdout } = await run({
      pair: recorded({ primary: json(1), shadow: { failure: 'timeout', detail: 'no answer in 5s' } }),
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/primary 200, shadow timeout \(no answer in 5s\)\n\nNothing was compared/);
  });

  it('says that a body was recorded in part', async () => {
    const text = (end: string) =>
      answer({ fields: ['Content-Type', 'text/plain'], body: `${'a'.repeat(70_000)}${end}` });
    const { stdout } = await run({ pair: recorded({ primary: text('1'), shadow: text('2') }) });
    expect(stdout).toContain("  note: the shadow's body was recorded in part: 65536 of 70001 bytes\n");
  });

  it('has nothing in it that acts on a terminal', async () => {
    const nasty = '\u001b[2J\u202e\u009b';
    const { stdout } = await run({
      pair: recorded({ primary: json({ [nasty]: 1 }), shadow: json({ [nasty]: nasty }) }),
    });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u0080-\u009f\u202e]/);
  });
});

describe('a body that came with a content coding', () => {
  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['gzip, br', (body: Buffer) => brotliCompressSync(gzipSync(body))],
  ])('%s is compared as it was', async (coding, encode) => {
    const leg = (value: number) => {
      const fields = ['Content-Type', 'application/json', 'Content-Encoding', coding];
      return answer({ fields, body: encode(Buffer.from(JSON.stringify({ value }))) });
    };
    const { stdout } = await run({ pair: recorded({ primary: leg(1), shadow: leg(2) }) });
    expect(stdout).toContain('\nOutcome: mismatch; 1 difference, 0 accepted\n  value at $.value: 1 → 2\n');
  });

  it('still differs in its coding', async () => {
    const body = Buffer.from('{"value":1}');
    const { stdout } = await run({
      pair: recorded({
        primary: json({ value: 1 }),
        shadow: answer({
          fields: ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'],
          body: gzipSync(body),
        }),
      }),
    });
    expect(stdout).toContain('\n  encoding at header.content-encoding: (nothing) → gzip\n');
    expect(stdout).toContain('bodies: the same 11 bytes when decoded');
  });

  it('that is binary is compared byte by byte', async () => {
    const image = (last: number) =>
      answer({ fields: ['Content-Type', 'image/png'], body: Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, last]) });
    const { stdout } = await run({ pair: recorded({ primary: image(1), shadow: image(2) }) });
    expect(stdout).toMatch(/\n {2}bytes at bytes: .*6 bytes.* at 5: 01 → .*6 bytes.* at 5: 02\n/);
  });
});

describe('a file that can not be explained', () => {
  const fails = async (given: Given) => {
    const { code, stdout, stderr } = await run(given);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    return stderr;
  };

  it('because it is not JSON', async () => {
    expect(await fails({ pair: '{"id": ' })).toMatch(/^pair\.json: not JSON; found .*; allowed: one exchange as/);
  });

  it('because it is something else', async () => {
    expect(await fails({ pair: '[]' })).toMatch(
      /^pair\.json: not a recorded exchange; .*\n {2}the file: not an object\n$/,
    );
  });

  it('because parts of it are wrong, and which', async () => {
    const { body, ...primary } = pair.primary as Extract<RecordedExchange['primary'], { status: number }>;
    const wrong = { ...pair, primary, shadow: { ...primary, body: { ...body, encoding: 'hex' } }, ending: 'fine' };
    const stderr = await fails({ pair: wrong });
    expect(stderr.split('\n').slice(1)).toEqual([
      expect.stringMatching(/^ {2}ending: not one of the choices; allowed: match, .*more$/),
      expect.stringMatching(/^ {2}primary\.body: missing; allowed: an object$/),
      expect.stringMatching(/^ {2}shadow\.body\.encoding: not one of the choices; allowed: utf8, base64$/),
      '',
    ]);
  });

  it('because it is not there', async () => {
    const stderr = await fails({ pair, flags: ['other.json'] });
    expect(stderr).toMatch(/^explain: found 2 arguments; allowed: one, the id or the file\n/);
    const written: string[] = [];
    const sink = { write: (text: string) => written.push(text) };
    for (const file of ['/none/pair.json', '/'])
      expect(await explain([file], { stdout: sink, stderr: sink, env: {}, now: NOW })).toBe(2);
    expect(written).toEqual([
      expect.stringMatching(
        /^\/none\/pair\.json: cannot be read; found no such file or directory; allowed: one exchange/,
      ),
      expect.stringMatching(/^\/: cannot be read; found a directory; allowed: one exchange/),
    ]);
  });

  it('because the route that is asked for does not exist', async () => {
    expect(await fails({ pair, config: CONFIG, flags: ['--route', 'order'] })).toContain(
      'explain: --route: not in the configuration; found "order"; allowed: orders, default\n',
    );
  });

  it('because the configuration is wrong', async () => {
    expect(await fails({ pair, config: 'nothing: 1' })).toMatch(/^a\.yaml:1:1: unknown key/);
  });
});
