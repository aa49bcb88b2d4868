import { afterEach, expect, test, vi } from 'vitest';
import { calledWith } from '../../../bench/harness/command-line.ts';

const LINE = {
  command: 'npm run sample --',
  about: 'Takes samples.',
  operands: { form: '[NAME…]', allowed: ['one', 'two'] },
  flags: {
    rounds: { takes: 'count', about: 'rounds', default: 5, least: 2 },
    json: { takes: 'text', about: 'a file' },
    update: { takes: 'nothing', about: 'stores them' },
  },
} as const;

afterEach(() => void vi.restoreAllMocks());

/** What the program says, and the code that it ends with. */
function ended(...argv: string[]): { code: unknown; said: string } {
  const said: string[] = [];
  const note = (text: unknown) => void said.push(String(text));
  vi.spyOn(console, 'log').mockImplementation(note);
  vi.spyOn(console, 'error').mockImplementation(note);
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  calledWith(LINE, argv);
  return { code: exit.mock.calls[0]?.[0], said: said.join('\n') };
}

test('flags have their values or defaults, and operands are kept', () => {
  expect(calledWith(LINE, [])).toEqual({ values: { rounds: 5, json: undefined, update: false }, operands: [] });
  expect(calledWith(LINE, ['two', '--rounds', '3', '--json=a.json', '--update'])).toEqual({
    values: { rounds: 3, json: 'a.json', update: true },
    operands: ['two'],
  });
});

test('--help says what there is, and is no failure', () => {
  const { code, said } = ended('--help');
  expect(code).toBe(0);
  expect(said).toContain('Usage: npm run sample -- [NAME…] [FLAGS]');
  expect(said).toMatch(/--rounds N +rounds \(5\)/);
});

test.each([
  [['--round', '3'], '--round: unknown flag (did you mean --rounds?)'],
  [['--rounds', 'many'], '--rounds: found "many"; allowed: a whole number from 2 to 999999'],
  [['--rounds', '1'], '--rounds: found "1"; allowed: a whole number from 2 to 999999'],
  [['--rounds', '0x10'], '--rounds: found "0x10"'],
  [['--rounds'], '--rounds: a value is missing'],
  [['three'], 'found "three"; allowed: one, two'],
])('%j is wrong usage, and says what is allowed', (argv, message) => {
  const { code, said } = ended(...argv);
  expect(code).toBe(2);
  expect(said).toContain(message);
  expect(said).toContain('npm run sample -- --help lists all');
});
