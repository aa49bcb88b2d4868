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

it('a rehearsal that is begun by hand is begun once, though nothing is counted yet', async () => {
  const { rehearsals, said } = staged();
  const begun = await rehearsals.begin(undefined, { label: 'rollout 1%' });
  expect(said).toEqual(['a rehearsal was begun by hand']);
  expect(rehearsals.present('default').rehearsal).toBe(begun!.id);
});
