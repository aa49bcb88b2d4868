import * as z from 'zod';
import { fields, shorthand } from './shape.ts';
import { BETWEEN_BUCKETS, cohortName, portion, salt, sticky, when, wholeBuckets } from './users.ts';
import {
  choice,
  duration,
  flag,
  headerName,
  integer,
  method,
  secret,
  secretHeaderValue,
  share,
  text,
} from './values.ts';
import { webhookUrl } from './webhook-url.ts';

/** Of the steps that are percentages, all that is wrong with them together. */
function stepFaults(written: readonly unknown[]): string[] {
  const list = written.filter((step) => typeof step === 'number');
  return [
    ...(list.some((step) => !wholeBuckets(step)) ? [`a step ${BETWEEN_BUCKETS}`] : []),
    ...(list.some((step, index) => index > 0 && step <= list[index - 1]!) ? ['not ascending'] : []),
    ...(typeof written.at(-1) === 'number' && list.at(-1) !== 1 ? ['not up to 100%'] : []),
  ];
}

const steps = z
  .array(portion('0%'))
  .min(1)
  .max(50)
  .check(
    z.superRefine<unknown>(
      (written, context) => {
        for (const message of Array.isArray(written) ? stepFaults(written) : [])
          context.addIssue({
            code: 'custom',
            message,
            params: { allowed: 'ascending percentages, of which the last is 100%, such as [1%, 5%, 25%, 50%, 100%]' },
          });
      },
      { when: () => true },
    ),
  );

const weight = z.union([choice(['steps']), portion('0%').refine(wholeBuckets, { error: BETWEEN_BUCKETS })]);

const cohort = z.strictObject({
  name: cohortName,
  when: when.meta({ description: 'Which requests belong to the cohort. All given conditions must match.' }),
  serves: choice(['shadow', 'primary']).meta({
    description: 'Which version serves the cohort, whatever the weight, as long as the rollout is on.',
  }),
  test: flag().prefault('false').meta({
    description:
      'Whether these are test users, who are counted apart from real ones: their requests are not copied (skipped, test_user) and count for no result, and services get them with the baggage synthetic=true.',
  }),
});

const override = z.strictObject({
  header: headerName()
    .prefault('x-understudy-serve')
    .meta({ description: 'The request header with which a tester chooses a version.' }),
  secret: secret({
    noun: 'a secret',
    form: /^[\x21-\x7e]{16,256}$/,
    allowed: '16 to 256 visible ASCII characters without spaces',
  }).meta({
    description: 'The key with which the header is signed. `understudy rollout sign` makes such headers.',
    hazard: 'Whoever knows it chooses the version that serves them.',
    example: `\${OVERRIDE_SECRET}`,
  }),
});

const health = z.strictObject({
  path: text({
    noun: 'a path',
    form: /^\/[\x21\x22\x24-\x7e]{0,1023}$/,
    allowed: 'a path, perhaps with a query, such as /healthz',
  })
    .prefault('/healthz')
    .meta({ description: 'What is requested of the candidate. Any answer but 2xx is a failure.' }),
  interval: duration({ min: '100ms', max: '10m' })
    .prefault('2s')
    .meta({ description: 'How long after the previous check began the next one begins, and how long one may take.' }),
  failures: integer(1, 100)
    .prefault('3')
    .meta({ description: 'After this many failures in a row it is rolled back.', unit: 'checks' }),
});

const trip = z
  .strictObject({
    errors: share({ min: '0.01%', max: '100%' }).prefault('5%').meta({
      description:
        "The share of the candidate's requests that may fail (5xx, no answer, a user who left without one) within the window. It is rolled back when more failed than chance explains: with the default, after 5 requests that all fail, or after some 700 of which a tenth fails.",
      hazard:
        'It is a limit of its own, whatever production does: if both versions fail because of a third, it is rolled back.',
    }),
    window: duration({ min: '1s', max: '10m' })
      .prefault('30s')
      .meta({ description: 'How far back errors and times are counted.' }),
    p99: duration({ min: '1ms', max: '1h' }).optional().meta({
      description:
        'How long 99 % of the requests to the candidate may take, within the window. It is rolled back when more take longer than chance explains. A user who leaves without any answer after longer than this counts as a failed request, too.',
      absent: 'no time rolls it back by itself; it is still compared with production',
      hazard:
        'Downloads and event streams count until their last byte. Routes with such requests are best left out. If it is longer than clients wait, those who give up do not count.',
      example: '800ms',
    }),
    health: health.optional().meta({
      description: 'Checks of the candidate, as long as the rollout is on.',
      absent: 'its health is not checked',
      example: { path: '/healthz', interval: '2s', failures: '3' },
    }),
  })
  .prefault({})
  .meta({
    description:
      'What rolls back at once, on any step, without asking anybody, also while a hook or a verdict is awaited.',
  });

const hook = (description: string, more: object) =>
  shorthand(
    'url',
    z.strictObject({
      url: webhookUrl().meta({
        description: 'Where the message is posted to. It is never shown.',
        hazard: 'Redirects are not followed.',
        example: `\${ROLLOUT_HOOK}`,
      }),
      timeout: duration({ min: '100ms', max: '10m' })
        .prefault('10s')
        .meta({ description: 'How long an answer may take.' }),
      headers: fields(headerName(), secretHeaderValue())
        .prefault({})
        .meta({ description: 'Header fields of the message. Their values are never shown.' }),
    }),
  )
    .optional()
    .meta({ description, absent: 'nobody is asked or told', example: `\${ROLLOUT_HOOK}`, ...more });

const hooks = z
  .strictObject({
    before: hook('Asked before each step. Only an answer of 200 in time lets the step begin.', {
      absent: 'nobody is asked',
      hazard:
        'While it does not answer, the present step holds. Trips and rollbacks do not wait for it. It cannot be asked where weight is a percentage.',
    }),
    after: hook('Told after each step has begun.', { absent: 'nobody is told' }),
    rollback: hook('Told of each rollback. Nothing waits for it.', { absent: 'nobody is told' }),
  })
  .prefault({})
  .meta({ description: 'Webhooks of the steps. Each gets a JSON object with service, state, weight and reason.' });

const margins = z
  .strictObject({
    errors: share({ min: '0.01%', max: '50%' }).prefault('1%').meta({
      description:
        'By how much the error rate of the users of the candidate may exceed that of the users of production. To promote, it must be proven that it does not: with few errors that takes about 1,000 requests to each for 1%.',
      hazard: 'If it is small, services with few requests wait long. If it is large, promotion proves little.',
    }),
    latency: share({ min: '1%', max: '1000%' }).prefault('5%').meta({
      description:
        'How much slower the median, and the slowest hundredth, of the requests of users of the candidate may be. What is proven to be slower than that is rolled back.',
      hazard: 'If it is small, cold caches of a new version roll it back.',
    }),
  })
  .prefault({})
  .meta({ description: 'How much worse the candidate may be for its users than production is for others.' });

const reverse = z
  .strictObject({
    methods: z.array(method()).prefault(['GET', 'HEAD']).meta({
      description:
        'The methods whose requests are copied to production when the candidate served them, among those that are mirrored.',
      hazard:
        'A copied write is carried out in production, too. If both versions share a database, it is carried out twice.',
    }),
  })
  .meta({ description: 'Copies to production of what the candidate served, so that both are still compared.' });

/** A service's way from its primary to its shadow. */
export const rollout = z
  .strictObject({
    weight: weight.prefault('steps').meta({
      description:
        'steps: people and verdicts move the rollout by its steps, with the API or the command line. A percentage: the file alone decides, and the API refuses all but a rollback, which holds until the weight is changed to 0%; where it was 0% before, until the command release.',
    }),
    steps: steps.prefault(['1%', '5%', '25%', '50%', '100%']).meta({
      description:
        'The shares of the users whom the shadow, then called the candidate, serves, one after the other. At 0%, only cohorts and overrides lead to it.',
    }),
    hold: duration({ min: '0s', max: '30d' })
      .prefault('15m')
      .meta({ description: 'How long each step lasts at least; for people, too. A weight has no steps.' }),
    advance: choice(['manual', 'verdict']).prefault('manual').meta({
      description:
        'manual: a person promotes to the next step. verdict: it is promoted when the verdict on the evidence of this step passes, and what its own users got is proven to be no worse. Without proof it holds, however long that takes.',
    }),
    sticky: sticky.prefault(['address']).meta({
      description:
        'What tells users apart, in this order: the first that a request has. A user stays with a version. Requests with none of them are served by production, until all users are served by the candidate. Behind client.trustedProxies, the address is the one that they name.',
      hazard: 'A whole office or a load balancer may have one address.',
      example: [{ cookie: 'uid' }, { header: 'x-user-id' }, 'address'],
    }),
    salt: salt.prefault('understudy').meta({
      description: 'Which users come first depends on it. The same on all replicas.',
      hazard:
        'If it is changed during a release, users change versions. If it never is, the same users are always first.',
    }),
    cohorts: z
      .array(cohort)
      .max(50)
      .prefault([])
      .meta({
        description:
          'Users for whom something else decides, from the start of a rollout on, and not during a rollback. The first cohort that matches wins.',
        example: [{ name: 'staff', when: { header: { 'x-role': 'staff' } }, serves: 'shadow' }],
      }),
    override: override.optional().meta({
      description: 'How testers choose their version, from the start of a rollout on, and not during a rollback.',
      absent: 'they cannot',
    }),
    writes: choice(['refused', 'allowed']).prefault('refused').meta({
      description:
        'Whether the candidate may take writes of real users, that is, all methods but GET, HEAD and OPTIONS, and switches of protocol, such as WebSocket. refused: production serves them, for all users.',
      hazard:
        'allowed: if the candidate has a database of its own, what its users write is missing in production. refused: what writes do is not tried, even at 100%.',
    }),
    reverse: reverse.prefault({}),
    trip,
    margins,
    hooks,
  })
  .optional();

/** What a route may set for itself. */
export const routeRollout = z.strictObject({
  writes: choice(['refused', 'allowed']).optional().meta({
    description: 'Whether the candidate may take writes of this route.',
    absent: 'as under rollout',
    example: 'allowed',
  }),
  reverse: reverse.optional().meta({
    description: 'Copies to production of what the candidate served of this route.',
    absent: 'as under rollout',
    example: { methods: ['GET', 'HEAD', 'POST'] },
  }),
});
