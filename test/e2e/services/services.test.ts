import { expect, test } from 'vitest';
import { express } from '../../../bench/services/express/service.ts';
import { rehearse } from '../../../bench/services/rehearse.ts';
import { serve } from '../../../bench/services/serve/service.ts';

/** Installing two versions and starting three processes takes its time on a busy machine. */
const LIMIT = 300_000;

test.each([express, serve])(
  'the report of $name shows what was found by hand, and nothing else',
  {
    timeout: LIMIT,
  },
  async (service) => {
    const { missed, unexplained, requests } = await rehearse(service);
    expect({ missed, unexplained }).toEqual({ missed: [], unexplained: [] });
    expect(requests).toBeGreaterThan(0);
  },
);
