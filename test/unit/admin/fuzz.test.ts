/** Every operation of the OpenAPI document with whatever somebody may send: never a 500, never a hang, always a sentence. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SqliteStore } from '../../../src/record/sqlite/store.ts';
import { flush, signature } from '../../support/flushes.ts';
import { caller } from './caller.ts';

interface Operation {
  readonly parameters: readonly { readonly name: string; readonly in: string }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, unknown>>;
}

const store = await SqliteStore.open({
  path: ':memory:',
  run: { id: 'run-1', startedAt: 0 },
  now: () => 0,
  warn: expect.fail,
});
await store.write(
  flush({
    sequence: 1,
    at: 0,
    routes: { orders: { requests: 1 } },
    signatures: [signature()],
    configured: { rules: [] },
  }),
);

const call = caller({ store });
const { value: description } = await call('GET', '/api/v1/openapi.json');
const operations = Object.entries(description.paths as Record<string, Record<string, Operation>>).flatMap(
  ([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);

/** What leads further than random letters do. */
const text = fc.oneof(
  fc.constantFrom('', '0', '-1', '1e999', '9'.repeat(400), '1h', '5%', 'default', 'mismatch', 's1', 'req-1', 'true'),
  fc.constantFrom(
    '..',
    '../../etc/passwd',
    "'; DROP TABLE runs",
    '__proto__',
    'constructor',
    '\0',
    '\ud800',
    '%',
    '%ff',
  ),
  fc.constantFrom('x'.repeat(100_000), '[]', '{}', 'null', '1970-01-01T00:00:00Z', 'Infinity', 'NaN'),
  fc.string({ unit: 'binary', maxLength: 20 }),
);
const escaped = text.map((value) => {
  try {
    return encodeURIComponent(value);
  } catch {
    return '%ed%a0%80';
  }
});
/** Mostly as a client would write it, sometimes not even escaped. */
const written = fc.oneof({ weight: 5, arbitrary: escaped }, { weight: 1, arbitrary: text });
const query = (names: readonly string[]) =>
  fc
    .array(fc.tuple(fc.oneof(fc.constantFrom(...names, 'unknown'), written), written), { maxLength: 4 })
    .map((pairs) => (pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${value}`).join('&')}`));
const json = fc.oneof(
  fc.json({ maxDepth: 3 }),
  fc
    .dictionary(
      fc.constantFrom(
        'enabled',
        'state',
        'reason',
        'owner',
        'until',
        'label',
        'service',
        'route',
        'epsilon',
        'metadata',
        'rehearsal',
      ),
      fc.jsonValue({ maxDepth: 1 }),
    )
    .map((value) => JSON.stringify(value)),
  fc.constantFrom('', '{', '{"a":', '[]', 'null', '"x"', '{"enabled":1}', '['.repeat(100_000), '{"__proto__":{}}'),
  text,
);

test.each(operations.map((operation) => [`${operation.method} ${operation.path}`, operation] as const))(
  '%s answers whatever it is sent as it is described, and never with a failure of its own',
  async (_, { method, path, operation }) => {
    const names = operation.parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
    const target = fc
      .tuple(fc.array(written, { minLength: 3, maxLength: 3 }), query(names))
      .map(([values, search]) => path.replaceAll(/\{\w+\}/g, () => values.pop()!) + search);
    const body = operation.requestBody === undefined ? fc.constant(undefined) : json;
    await fc.assert(
      fc.asyncProperty(target, body, async (where, content) => {
        const reply = await call(method, where, content === undefined ? {} : { body: content });
        expect(reply.status, reply.body).toBeLessThan(500);
        if (reply.status >= 400)
          expect(reply.value).toMatchObject({ status: reply.status, detail: expect.any(String) });
      }),
      { numRuns: 100 },
    );
  },
);
