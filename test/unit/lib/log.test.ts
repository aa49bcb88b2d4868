import { Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLogger, type LogOptions } from '../../../src/lib/log.ts';

function logged(options: LogOptions) {
  const written: string[] = [];
  let heard: () => void;
  const output = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk));
      heard?.();
      done();
    },
  });
  const text = () => written.join('');
  /** Resolves when `part` has been written. */
  const until = (part: string) =>
    new Promise<string>((resolve) => {
      heard = () => text().includes(part) && resolve(text());
      heard();
    });
  return { log: createLogger(options, output), text, until };
}

const hostile = 'a\n{"level":"error"}\r\n\u001b[2J';

describe('logger', () => {
  test('writes one JSON line per record, with level, time and thread', async () => {
    const { log, until } = logged({ level: 'info', format: 'json' });
    log.child({ thread: 'edge-0' }).warn({ path: '/a' }, 'slow');
    const line = JSON.parse(await until('slow'));
    expect(line).toEqual({ level: 'warn', time: expect.any(String), thread: 'edge-0', path: '/a', msg: 'slow' });
    expect(new Date(line.time).toISOString()).toBe(line.time);
  });

  test('line breaks and escape sequences in hostile texts stay inside their record', async () => {
    const { log, until } = logged({ level: 'info', format: 'json' });
    log.info({ path: hostile, err: new Error(hostile) }, hostile);
    log.info('end');
    const text = await until('"end"');
    expect(text.split('\n')).toHaveLength(3);
    expect(text).not.toContain('\u001b');
  });

  test('pretty records do not forge lines or pass escape sequences on', async () => {
    const { log, until } = logged({ level: 'info', format: 'pretty' });
    log.child({ thread: hostile }).info({ path: hostile }, hostile);
    log.info('end');
    const text = await until('end');
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    expect(text).not.toContain('\u001b');
  });

  test('auto writes JSON where the output is no terminal', async () => {
    const { log, until } = logged({ level: 'info', format: 'auto' });
    log.info('hello');
    expect(JSON.parse(await until('hello')).msg).toBe('hello');
  });

  test('records below the level are not written, and silent writes none', async () => {
    const { log, text, until } = logged({ level: 'warn', format: 'json' });
    log.info('unheard');
    log.warn('heard');
    expect(await until('heard')).not.toContain('unheard');
    const silent = logged({ level: 'silent', format: 'json' });
    silent.log.fatal('unheard');
    expect(silent.text()).toBe('');
    expect(text()).not.toBe('');
  });
});
