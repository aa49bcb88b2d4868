import { describe, expect, it } from 'vitest';
import { parseStoreUrl, STORE_PATTERN } from '../../../src/config/store-url.ts';
import { config, problems } from './support.ts';

describe('a store is named by its file, or by a URL', () => {
  it.each([
    ['./understudy.db', './understudy.db'],
    ['understudy.db', 'understudy.db'],
    ['/var/lib/understudy.db', '/var/lib/understudy.db'],
    ['C:\\understudy.db', 'C:\\understudy.db'],
    ['./orders:1.db', './orders:1.db'],
    ['what?.db', 'what?.db'],
    [':memory:', ':memory:'],
    ['sqlite:understudy.db', 'understudy.db'],
    ['sqlite:./understudy.db', './understudy.db'],
    ['SQLite:./understudy.db', './understudy.db'],
    ['sqlite:/var/lib/understudy.db', '/var/lib/understudy.db'],
    ['sqlite:///var/lib/understudy.db', '/var/lib/understudy.db'],
    ['sqlite:./my%20results.db', './my results.db'],
    ['sqlite:orders:1.db', './orders:1.db'],
    ['sqlite::memory:', ':memory:'],
  ])('%s: %s', (url, path) => {
    expect(parseStoreUrl(url)).toEqual({ value: path });
    expect(parseStoreUrl(path)).toEqual({ value: path });
    expect(url).toMatch(STORE_PATTERN);
  });

  it.each([
    ['sqlite:', 'empty'],
    ['sqlite://', 'empty'],
    ['sqlite://understudy.db', 'a URL with a host before the file name'],
    ['sqlite://localhost/understudy.db', 'a URL with a host before the file name'],
    ['sqlite:./understudy.db?mode=ro', 'a URL with more than a file name'],
    ['sqlite:./100%.db', 'a URL with a % that is not a valid escape'],
    ['sqlite:./a%00.db', 'not a file name'],
    ['postgres://db/understudy', 'a store of a kind that is not supported, postgres'],
    ['mysql:understudy', 'a store of a kind that is not supported, mysql'],
    ['orders:1.db', 'a store of a kind that is not supported, orders'],
  ])('%s is %s', (url, wrong) => {
    expect(parseStoreUrl(url)).toEqual({ wrong });
  });
});

it('the configuration, its variables and its flags take a store by its URL', () => {
  const path = (text: string, input = {}) => config(text, input).store.path;
  expect(path('store: sqlite:///srv/a.db')).toBe('/srv/a.db');
  expect(path('store: {path: "sqlite:b.db"}')).toBe('b.db');
  expect(path('', { env: { UNDERSTUDY_STORE: 'sqlite:c.db' } })).toBe('c.db');
  expect(path('', { flags: { store: 'sqlite:d.db' } })).toBe('d.db');
});

it('a store of another kind is refused with what is supported, and without the password that may be in its URL', () => {
  const [problem] = problems('store: postgres://me:hunter2@db.internal/results?sslpassword=hunter2');
  expect(problem).toBe(
    'a.yaml:1:8: store.path: a store of a kind that is not supported, postgres; found "postgres:…"; allowed: the name of ' +
      'a SQLite file, alone or as sqlite:FILE or sqlite:///FILE, or :memory:; a file name with a colon begins with ./',
  );
  const flagged = problems('', { flags: { store: 'postgres://me:hunter2@db/results' } });
  expect(flagged).toEqual([
    expect.stringMatching(
      /^--store: store.path: a store of a kind that is not supported, postgres; found "postgres:…"/,
    ),
  ]);
});
