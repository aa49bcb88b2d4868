import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigFiles } from '../../../src/config/watch.ts';
import { gate } from '../../support/gate.ts';
import { metrics } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';
import { configText, type LogLine, startUnderstudy, type Understudy } from '../../support/understudy.ts';

const unchanged = ({ msg }: LogLine) => msg === 'the configuration was read again: nothing has changed';
const reloaded =
  (wanted: number) =>
  ({ msg, generation }: LogLine) =>
    msg === 'the configuration was reloaded' && generation === wanted;

/** Two primaries that say who they are, so that an answer tells which configuration is in force. */
async function twoPrimaries(): Promise<{ first: string; second: string }> {
  const [first, second] = await Promise.all(
    ['first', 'second'].map((name) => startOrigin((_request, reply) => reply.send({ body: name }))),
  );
  return { first: configOf(first!.url), second: configOf(second!.url) };
}

const configOf = (primary: string) => configText({ primary, shadow: 'http://127.0.0.1:1', mirror: { enabled: false } });

async function answer({ port }: Understudy): Promise<string> {
  return (await fetch(`http://127.0.0.1:${port}/`)).text();
}

const CHANGES: Record<string, (file: string, text: string) => unknown> = {
  'written in place': (file, text) => writeFileSync(file, text),
  'renamed over': (file, text) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  },
  'taken away and written anew': (file, text) => {
    rmSync(file);
    writeFileSync(file, text);
  },
};

test.each(Object.entries(CHANGES))('a file that is %s is loaded', async (_how, change) => {
  const { first, second } = await twoPrimaries();
  const understudy = await startUnderstudy(first);
  expect(await answer(understudy)).toBe('first');
  change(understudy.file, second);
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
});

test.each([
  ['emptied', ''],
  ['emptied but for a comment', '# being written\n'],
])('a file that is %s changes nothing: the last good one stays in force', async (_how, text) => {
  const { first, second } = await twoPrimaries();
  const understudy = await startUnderstudy(first);
  writeFileSync(understudy.file, text);
  const { problems } = await understudy.logged(
    ({ msg }) => msg?.startsWith('the configuration was not reloaded') ?? false,
  );
  expect(problems).toEqual([expect.stringContaining('the file has no settings')]);
  expect(await answer(understudy)).toBe('first');
  writeFileSync(understudy.file, second);
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
});

test('what has held still is loaded, whatever the file says by then', async () => {
  const file = join(temporaryDirectory(), 'understudy.yaml');
  writeFileSync(file, 'first');
  const files = new ConfigFiles();
  files.load((read) => read(file));
  const { promise, resolve } = Promise.withResolvers<string>();
  files.watch(() => {
    writeFileSync(file, '');
    resolve(files.load((read) => read(file)));
  });
  writeFileSync(file, 'second');
  expect(await promise).toBe('second');
  files.close();
});

test('a ConfigMap whose data link is swapped is loaded', async () => {
  const { first, second } = await twoPrimaries();
  const directory = temporaryDirectory();
  const version = (name: string, text: string) => {
    mkdirSync(join(directory, name));
    writeFileSync(join(directory, name, 'mounted.yaml'), text);
    symlinkSync(name, join(directory, '..data_tmp'));
    renameSync(join(directory, '..data_tmp'), join(directory, '..data'));
  };
  version('..2026_01', first);
  symlinkSync('..data/mounted.yaml', join(directory, 'mounted.yaml'));
  const understudy = await startUnderstudy('', { directory, file: 'mounted.yaml' });
  version('..2026_02', second);
  rmSync(join(directory, '..2026_01'), { recursive: true });
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
});

test('a file behind a link into another directory is loaded, though no watch tells of it', async () => {
  const { first, second } = await twoPrimaries();
  const elsewhere = join(temporaryDirectory(), 'real.yaml');
  writeFileSync(elsewhere, first);
  const directory = temporaryDirectory();
  symlinkSync(elsewhere, join(directory, 'linked.yaml'));
  const understudy = await startUnderstudy('', { directory, file: 'linked.yaml' });
  writeFileSync(elsewhere, second);
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
});

test('a burst of writes is one reload, of the last of them', async () => {
  const { first, second } = await twoPrimaries();
  const understudy = await startUnderstudy(first);
  for (let write = 0; write < 50; write++) writeFileSync(understudy.file, `${first}\n# ${write}\n`);
  writeFileSync(understudy.file, second);
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
  understudy.kill('SIGHUP');
  await understudy.logged(unchanged);
  expect(understudy.logs().filter(({ msg }) => msg === 'the configuration was reloaded')).toHaveLength(1);
});

test('a bad file changes nothing and is told of in metrics and admin, until a good one comes', async () => {
  const { first, second } = await twoPrimaries();
  const understudy = await startUnderstudy(first);
  writeFileSync(understudy.file, 'primary: nonsense\n');
  await understudy.logged(({ msg }) => msg === 'the configuration was not reloaded: the last good one stays in force');
  expect(await answer(understudy)).toBe('first');
  const bad = await metrics(understudy.adminPort);
  expect(bad.sum('understudy_config_generation')).toBe(1);
  expect(bad.sum('understudy_config_last_error')).toBe(1);
  const summary = await (await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/summary`)).text();
  expect(summary).toContain('nonsense');

  writeFileSync(understudy.file, second);
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
  const good = await metrics(understudy.adminPort);
  expect(good.sum('understudy_config_generation')).toBe(2);
  expect(good.sum('understudy_config_last_error')).toBe(0);
});

test('a bad file that is read again stays an error, and one that is taken back is none any more', async () => {
  const { first } = await twoPrimaries();
  const understudy = await startUnderstudy(first);
  const failed = async () => (await metrics(understudy.adminPort)).sum('understudy_config_last_error');
  const reload = () => fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/reload`, { method: 'POST' });
  writeFileSync(understudy.file, 'primary: nonsense\n');
  for (let time = 0; time < 3; time++) {
    expect((await reload()).ok).toBe(false);
    expect(await failed()).toBe(1);
  }
  writeFileSync(understudy.file, first);
  expect(await (await reload()).json()).toEqual({ generation: 1 });
  expect(await failed()).toBe(0);
  expect(await answer(understudy)).toBe('first');
});

test('SIGHUP and the admin call load the file at once, and a change that they have seen is no second reload', async () => {
  const { first, second } = await twoPrimaries();
  const understudy = await startUnderstudy(first);
  understudy.kill('SIGHUP');
  await understudy.logged(unchanged);
  writeFileSync(understudy.file, second);
  const response = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/reload`, { method: 'POST' });
  expect(response.ok).toBe(true);
  expect(await answer(understudy)).toBe('second');
  writeFileSync(understudy.file, first);
  await understudy.logged(reloaded(3));
  expect(await answer(understudy)).toBe('first');
});

test('a request under way keeps the primary that it began with', async () => {
  const { second } = await twoPrimaries();
  const hold = gate();
  const slow = await startOrigin(async (_request, reply) => {
    await hold.opened;
    await reply.send({ body: 'slow' });
  });
  const understudy = await startUnderstudy(configOf(slow.url));
  const underWay = answer(understudy);
  await slow.received(1);
  writeFileSync(understudy.file, second);
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
  hold.open();
  expect(await underWay).toBe('slow');
});

test('a warning is told again only once it was gone, wherever it stands', async () => {
  const { first } = await twoPrimaries();
  const withRoute = (method: string) => `${first}routes: [{name: write, match: {methods: [${method}]}}]\n`;
  const understudy = await startUnderstudy(withRoute('POST'));
  const told = () => understudy.logs().flatMap(({ msg }) => /found (\w+); mirrored/.exec(String(msg))?.[1] ?? []);
  writeFileSync(understudy.file, `compare: {ignoreHeaders: [x-a]}\n${withRoute('POST')}`);
  await understudy.logged(reloaded(2));
  expect(told()).toEqual([]);
  writeFileSync(understudy.file, withRoute('PUT'));
  await understudy.logged(reloaded(3));
  expect(told()).toEqual(['PUT']);
  writeFileSync(understudy.file, withRoute('POST'));
  await understudy.logged(reloaded(4));
  expect(told()).toEqual(['PUT', 'POST']);
});

test('a setting that needs a restart is named in a warning, and the others take effect', async () => {
  const { first, second } = await twoPrimaries();
  const understudy = await startUnderstudy(first);
  writeFileSync(understudy.file, `${second}edges: 2\n`);
  const { settings } = await understudy.logged(({ msg }) => msg === 'these settings take effect after a restart');
  expect(settings).toEqual(['edges']);
  await understudy.logged(reloaded(2));
  expect(await answer(understudy)).toBe('second');
});

test('routes that would have to share their results with others are refused, and nothing is counted for another', async () => {
  const origin = await startOrigin((_request, reply) => reply.send({ body: 'same' }));
  const names = (round: number) => Array.from({ length: 200 }, (_, index) => `round-${round}-${index}`);
  const config = (round: number) =>
    configText({
      primary: origin.url,
      shadow: origin.url,
      routes: names(round).map((name) => ({ name, match: { path: `/${name}` } })),
    });
  const understudy = await startUnderstudy(config(0));
  const ask = (path: string) => fetch(`http://127.0.0.1:${understudy.port}${path}`);
  const reload = async (round: number) => {
    writeFileSync(understudy.file, config(round));
    const response = await fetch(`http://127.0.0.1:${understudy.adminPort}/api/v1/reload`, { method: 'POST' });
    return { status: response.status, body: await response.text() };
  };
  const accepted: number[] = [0];
  for (let round = 1; round < 8; round++) {
    const { status, body } = await reload(round);
    if (status === 200) accepted.push(round);
    else expect(body).toContain('1,024 names of routes');
    const [name] = names(accepted.at(-1)!);
    expect(await (await ask(`/${name}`)).text()).toBe('same');
  }
  expect(accepted).toEqual([0, 1, 2, 3, 4]);
  const page = await metrics(understudy.adminPort);
  expect(page.sum('understudy_config_last_error')).toBe(1);
  expect(accepted.map((round) => page.sum('understudy_requests_total', { route: names(round)[0]! }))).toEqual([
    0, 1, 1, 1, 4,
  ]);
  expect(page.sum('understudy_requests_total')).toBe(7);
  expect((await reload(2)).status).toBe(200);
});
