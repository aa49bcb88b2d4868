/** The examples in the documentation, which readers copy as they stand. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { formatProblem } from '../../../src/config/problem.ts';
import { load } from './support.ts';

const ROOT = new URL('../../../', import.meta.url);
const DOCS = readdirSync(new URL('docs', ROOT)).filter((name) => name.endsWith('.md'));
/** A list is the step of a CI job, not a configuration. */
const examples = ['README.md', ...DOCS.map((name) => `docs/${name}`)].flatMap((file) =>
  [...readFileSync(new URL(file, ROOT), 'utf8').matchAll(/^( *)```yaml\n(.*?)^ *```$/gms)]
    .map(([, indent = '', text = ''], index) => ({
      name: `${file} ${index + 1}`,
      text: text.replaceAll(`\n${indent}`, '\n').slice(indent.length),
    }))
    .filter(({ text }) => !text.startsWith('- ')),
);
const openapi = JSON.stringify({ openapi: '3.1.0', paths: { '/users/{id}': { get: {} } } });
/** Whatever a reader puts there. */
const env = {
  EXPOSURE_URL: 'https://hooks.example/exposures',
  POSTHOG_KEY: 'phc_key',
  OVERRIDE_SECRET: 'a-secret-of-many-characters',
  PAGER: 'https://pager.example/',
  PAGER_TOKEN: 'a-token-of-many-characters',
};

it.each(examples)('the example $name passes the check', ({ text }) => {
  const loaded = load(text, { env, readFile: () => openapi });
  expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([]);
});

it('there are examples', () => expect(examples.length).toBeGreaterThan(9));
