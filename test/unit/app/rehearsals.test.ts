import { pino } from 'pino';
import { expect, it } from 'vitest';
import { Rehearsals } from '../../../src/app/rehearsals.ts';
import { systemClock } from '../../../src/lib/clock.ts';
import { configOf } from '../../support/config.ts';

/** As in the program: whenever counts are gathered, it is reviewed which rehearsal is present. */
function staged() {
  const said: string[] = [];
  const rehearsals: Rehearsals = new Rehearsals({
    known: [],
    config: configOf(''),
    addSlot() {},
    tell: async () => {},
    gather: () => rehearsals.review(),
    clock: systemClock,
    log: pino({}, { write: (line: string) => void said.push(JSON.parse(line).msg) }),
  });
  return { rehearsals, said };
}

it.each(['hand', 'the rollout'] as const)(
  'a rehearsal that is begun by %s is begun once, though nothing is counted yet, and the log says by what',
  async (by) => {
    const { rehearsals, said } = staged();
    const begun = await rehearsals.begin(undefined, { label: 'rollout 1%' }, by);
    expect(said).toEqual([`a rehearsal was begun by ${by}`]);
    expect(rehearsals.present('default').rehearsal).toBe(begun!.id);
  },
);
