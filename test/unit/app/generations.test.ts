import { pino } from 'pino';
import { expect, test } from 'vitest';
import { Generations } from '../../../src/app/generations.ts';
import { type LoadResult, parseConfigText } from '../../../src/config/load.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const load = (text: string): LoadResult => parseConfigText(text, 'understudy.yaml', { env: {} });
const UNREAD: LoadResult = {
  ok: false,
  problems: [{ file: 'understudy.yaml', line: 0, column: 0, message: 'cannot be read', code: 'unread' }],
};

function generations() {
  const clock = new ManualClock();
  const lines: { readonly msg: string; readonly [fact: string]: unknown }[] = [];
  const state = { read: load(''), isFailing: true };
  const first = load('');
  if (!first.ok) throw new Error('the defaults are good');
  const subject = new Generations({
    config: first.config,
    load: () => state.read,
    isFailing: () => state.isFailing,
    clock,
    log: pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) }),
  });
  const reload = () => {
    const read = subject.read();
    return 'ok' in read ? read : subject.enter(read);
  };
  return { subject, state, clock, lines, reload };
}

test('what cannot be read for want of descriptors is told once, and then once a minute with the number of attempts', () => {
  const { subject, state, clock, lines, reload } = generations();
  state.read = UNREAD;
  for (let attempt = 0; attempt < 100; attempt++) expect(reload().ok).toBe(false);
  expect(lines).toHaveLength(1);
  expect(subject.error).toBeUndefined();
  clock.advance(60_000);
  reload();
  expect(lines).toHaveLength(2);
  expect(lines[1]).toMatchObject({ times: 100 });
});

test('a configuration that fails is an error however often it is read, until the thread lives or another is in force', () => {
  const { subject, state, clock, reload } = generations();
  const fails = () => subject.onFailing({ thread: 'edge-0', reason: 'a fault', since: clock.monotonic() });
  fails();
  expect(subject.error, 'it is none of a reload').toBeUndefined();
  for (const sample of ['10%', '20%']) {
    state.read = load(`mirror: {sample: ${sample}}`);
    expect(reload().ok).toBe(true);
    fails();
    expect(subject.error).toBe('since it is in force, edge-0 dies again and again: a fault');
    for (let time = 0; time < 3; time++) expect(reload()).toEqual({ ok: false, problems: [subject.error] });
  }
  state.isFailing = false;
  expect(reload()).toEqual({ ok: true, generation: 3 });
  expect(subject.error).toBeUndefined();
});

test('a bad file, taken back, uncovers what fails since the present one is in force', () => {
  const { subject, state, clock, reload } = generations();
  const poisonous = load('mirror: {sample: 10%}');
  state.read = poisonous;
  reload();
  subject.onFailing({ thread: 'edge-0', reason: 'a fault', since: clock.monotonic() });
  state.read = load('primary: nonsense');
  reload();
  expect(subject.error).toContain('nonsense');
  state.read = poisonous;
  reload();
  expect(subject.error).toContain('a fault');
});

test('a thread that fails long after a reload does not fail for it', () => {
  const { subject, state, clock, reload } = generations();
  state.read = load('mirror: {sample: 10%}');
  reload();
  clock.advance(10_001);
  subject.onFailing({ thread: 'edge-0', reason: 'a fault', since: clock.monotonic() });
  expect(subject.error).toBeUndefined();
});
