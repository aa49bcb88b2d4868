import { expect, test } from 'vitest';
import { CLEAN_ROUTES, FINDINGS, IDENTICAL } from '../../fixtures/json-server/expected.ts';
import { startJsonServer } from './versions.ts';

/** The ground truth is checked without Understudy, so that the report is held against the services and not against itself. */
test('the table of findings is true of the two versions', async () => {
  const [left, right] = await Promise.all([startJsonServer('0.17'), startJsonServer('1.0')]);
  const askBoth = (line: string) => Promise.all([ask(left, line), ask(right, line)]);
  for (const line of IDENTICAL) {
    const [first, second] = await askBoth(line);
    expect(second, line).toEqual(first);
  }
  for (const { requests, statuses, places } of FINDINGS) {
    for (const line of requests) {
      const [first, second] = await askBoth(line);
      expect([first.status, second.status], line).toEqual(statuses);
      if (places.some((place) => !/ (header\.|status)/.test(place))) expect(second.text, line).not.toBe(first.text);
      else expect(second.text, line).toBe(first.text);
    }
  }
});

test('no finding is on a clean route', () => {
  expect(FINDINGS.filter(({ route }) => CLEAN_ROUTES.includes(route))).toEqual([]);
});

async function ask(origin: string, line: string): Promise<{ status: number; text: string }> {
  const [method, target] = line.split(' ');
  const response = await fetch(`${origin}${target}`, { method: method! });
  return { status: response.status, text: await response.text() };
}
