import * as z from 'zod';
import { VARIANT_HEADER } from '../../model/experiment.ts';
import { changedHeader } from './headers.ts';
import { exactlyOne, type Fault, fields, together } from './shape.ts';
import { target } from './target.ts';
import { BETWEEN_BUCKETS, cohortName, portion, salt, sticky, when, wholeBuckets } from './users.ts';
import { choice, flag, headerName, headerValue, share, text } from './values.ts';

/** Names are parts of header values: `checkout-button=green`. */
const named = (noun: string) =>
  text({
    noun,
    form: /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    allowed: '1 to 64 letters, digits and . _ -, beginning with a letter or digit',
  });

/** Fields that Understudy writes into each request, or reads users from: an arm cannot own them. */
const OWN_FIELD =
  /^(?:x-understudy-.*|x-forwarded-.*|forwarded|x-request-id|via|max-forwards|traceparent|baggage|cookie)$/;

const arm = z.strictObject({
  name: named('the name of an arm').meta({ description: 'What the arm is called in results and headers.' }),
  share: portion('0%').refine(wholeBuckets, { error: BETWEEN_BUCKETS }).meta({
    description:
      'The share of the users who get this arm. Users beyond the sum of all shares take no part. As long as the ratio of the shares stays the same, they can grow and nobody changes arms.',
    hazard: 'If the ratio is changed, some users change arms, and results begin anew.',
    example: '50%',
  }),
  header: fields(changedHeader(OWN_FIELD), headerValue())
    .prefault({})
    .meta({
      description:
        'Header fields that requests of this arm get, such as the flag that turns a feature on. The copies get them too. Fields of these names from clients are removed from all requests of the service.',
      example: { 'x-flag': 'green' },
    }),
  target: target.optional().meta({
    description:
      'The build that serves this arm, in place of the primary: all methods, and switches of protocol. Its requests are not copied (skipped, experiment). What it cannot take, the primary serves.',
    absent: 'the primary serves the arm',
    hazard: 'If it has a database of its own, what its users write is missing in production.',
    example: 'http://orders-green:3000',
  }),
});

const cohort = z.strictObject({
  name: cohortName,
  when: when.meta({ description: 'Which requests belong to the cohort. All given conditions must match.' }),
  arm: named('the name of an arm').meta({
    description: 'The arm that they get, whatever their bucket. They count for no result.',
  }),
});

const variant = z
  .strictObject({
    response: flag()
      .prefault('false')
      .meta({
        description: `Whether responses name the arm, too, in the header ${VARIANT_HEADER}.`,
        hazard: 'Clients see the names. A cache in front may give the response of one arm to users of another.',
      }),
    serverTiming: flag().prefault('false').meta({
      description:
        'Whether responses name the arm in Server-Timing, as variant;desc="NAME=ARM", which pages can read (PerformanceServerTiming), so that real-user monitoring can be split by it.',
      hazard: 'Clients see the names.',
    }),
  })
  .prefault({})
  .meta({ description: `Where else the arm is named. Requests always name it in ${VARIANT_HEADER}.` });

const routeName = text({
  noun: 'the name of a route',
  form: /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,63}$/,
  allowed:
    'the name of a route of the service, as under routes; default for the requests that none of them matches; not a name such as POST /orders, which is given to endpoints without a route: describe them under routes',
});

interface WrittenGoal {
  readonly kind?: 'conversion' | 'mean';
}

const sources = together<WrittenGoal>((names, { kind }): Fault[] => {
  if (names.includes('header') && kind === 'conversion')
    return [{ wrong: 'not used by a conversion', allowed: 'header together with kind: mean', member: 'header' }];
  if (names.includes('header') && names.includes('event'))
    return [{ wrong: 'not used with an event', allowed: 'header together with route', member: 'header' }];
  if (kind === 'mean' && names.includes('route') && !names.includes('header'))
    return [{ wrong: 'a mean of nothing', allowed: 'header, whose value is the number; or kind: conversion' }];
  return [];
});

const goal = z
  .strictObject({
    name: named('the name of a goal').meta({ description: 'What the goal is called in results.' }),
    kind: choice(['conversion', 'mean']).meta({
      description:
        'conversion: the share of the users who did it at least once. mean: the sum of the values of each user, averaged over all users of the arm.',
    }),
    route: routeName.optional().meta({
      description:
        'A complete 2xx response on this route counts for its user, whatever the method, unless the route names its methods.',
      absent: 'events count',
      example: 'orders',
    }),
    header: headerName().optional().meta({
      description:
        'The header of that response whose value is the number. It is passed on to the client. Values that are no decimal number are counted as unreadable.',
      absent: 'for a conversion, nothing is read',
      example: 'x-order-total',
    }),
    event: named('the name of an event').optional().meta({
      description: 'Events of this name count, as they are sent to POST /api/v1/events.',
      absent: 'responses count',
      example: 'survey',
    }),
  })
  .check(exactlyOne(['route', 'event']), sources)
  .transform(({ name, kind, route, header, event }) => ({ name, kind, source: sourceOf(route, header, event) }));

/** Where the outcomes of a goal come from. */
export type GoalSource =
  | { readonly by: 'event'; readonly event: string }
  | { readonly by: 'response'; readonly route: string }
  | { readonly by: 'header'; readonly route: string; readonly header: string };

function sourceOf(route = '', header: string | undefined, event: string | undefined): GoalSource {
  if (event !== undefined) return { by: 'event', event };
  return header === undefined ? { by: 'response', route } : { by: 'header', route, header };
}

const MOST_ARMS = 10;

interface WrittenExperiment {
  readonly arms?: readonly z.output<typeof arm>[];
  readonly goals?: readonly z.output<typeof goal>[];
  readonly cohorts?: readonly z.output<typeof cohort>[];
}

/** What only all arms, goals and cohorts together show. */
const whole = together<WrittenExperiment>((_, { arms, goals = [], cohorts = [] }) =>
  arms === undefined ? [] : [...armFaults(arms), ...goalFaults(goals), ...cohortFaults(cohorts, arms)],
);

function armFaults(arms: NonNullable<WrittenExperiment['arms']>): Fault[] {
  const faults: Fault[] = [];
  const fault = (wrong: string, allowed: string) => faults.push({ wrong, allowed, member: 'arms' });
  if (arms.length < 2) fault('nothing to compare', `2 to ${MOST_ARMS} arms, of which the first is the baseline`);
  const twice = repeated(arms);
  if (twice !== undefined) fault(`${twice} twice`, 'a name of its own for each arm');
  const shares = arms.flatMap(({ share }) => (typeof share === 'number' ? [share] : []));
  const sum = shares.reduce((total, share) => total + share, 0);
  if (sum > 1 + 1e-9) fault('more than 100% together', 'shares of at most 100% together');
  if (sum === 0 && shares.length === arms.length && arms.length > 0)
    fault('no share above 0%', 'at least one arm with a share; or no experiment');
  if (arms[0]?.target !== undefined)
    fault('the baseline has a target', 'target in other arms: the primary serves the first one');
  return faults;
}

function goalFaults(goals: NonNullable<WrittenExperiment['goals']>): Fault[] {
  const twice = repeated(goals);
  return twice === undefined
    ? []
    : [{ wrong: `${twice} twice`, allowed: 'a name of its own for each goal', member: 'goals' }];
}

function cohortFaults(cohorts: NonNullable<WrittenExperiment['cohorts']>, arms: readonly { name: string }[]): Fault[] {
  const names = arms.map(({ name }) => name);
  if (!names.every(isText)) return [];
  const unknown = cohorts.find(({ arm, name }) => [arm, name].every(isText) && !names.includes(arm));
  return unknown === undefined
    ? []
    : [{ wrong: `no arm ${unknown.arm} for ${unknown.name}`, allowed: names.join(', '), member: 'cohorts' }];
}

const isText = (value: unknown) => typeof value === 'string';

function repeated(list: readonly { readonly name: string }[]): string | undefined {
  // A rejected name is no text.
  const names = list.map(({ name }) => name);
  return names.find((name, index) => isText(name) && names.indexOf(name) < index);
}

const experiment = z
  .strictObject({
    name: named('the name of an experiment').meta({
      description: 'What the experiment is called in results and headers. Another name begins a new one.',
      hazard: 'If it is changed, results begin anew, and users are divided anew unless salt is set.',
      example: 'checkout-button',
    }),
    arms: z
      .array(arm)
      .max(MOST_ARMS)
      .meta({
        description: `What is compared: 2 to ${MOST_ARMS} arms. The first is the baseline.`,
        example: [
          { name: 'control', share: '50%' },
          { name: 'green', share: '50%', header: { 'x-flag': 'green' } },
        ],
      }),
    sticky: sticky.prefault(['address']).meta({
      description:
        'What tells users apart, in this order: the first that a request has. Requests with none of them take no part. The default is the address alone. Behind client.trustedProxies, the address is the one that they name.',
      hazard: 'A whole office or a load balancer may have one address.',
      example: [{ cookie: 'uid' }],
    }),
    salt: salt.optional().meta({
      description: 'Which users get which arm depends on it. The same on all replicas.',
      absent: 'the name of the experiment',
      hazard: 'If it is changed, users change arms. Experiments with one salt divide users alike.',
      example: 'checkout-2026-12',
    }),
    when: when.optional().meta({
      description: 'Which users take part. All given conditions must match.',
      absent: 'all users',
      example: { header: { 'x-country': 'de' } },
    }),
    cohorts: z
      .array(cohort)
      .max(50)
      .prefault([])
      .meta({
        description: 'Users whose arm is fixed, such as testers. The first cohort that matches wins.',
        example: [{ name: 'staff', when: { header: { 'x-role': 'staff' } }, arm: 'green' }],
      }),
    routes: z
      .array(routeName)
      .min(1)
      .optional()
      .meta({
        description: 'The routes on which the arms differ. Whoever is seen there takes part.',
        absent: 'all routes of the service',
        hazard: 'If routes are listed on which the arms do not differ, users who saw no difference blur the result.',
        example: ['orders'],
      }),
    variant,
    goals: z
      .array(goal)
      .max(20)
      .prefault([])
      .meta({
        description: 'What is compared between the arms. What a user does before the first exposure does not count.',
        example: [
          { name: 'purchase', kind: 'conversion', route: 'orders' },
          { name: 'revenue', kind: 'mean', route: 'orders', header: 'x-order-total' },
          { name: 'survey', kind: 'mean', event: 'survey' },
        ],
      }),
    detect: share({ min: '0.1%', max: '1000%' }).prefault('5%').meta({
      description:
        'The smallest difference of interest, relative to the baseline. It decides for how many users the experiment is planned.',
      hazard: 'Half the difference takes four times as many users.',
    }),
    alpha: share({ min: '0.01%', max: '20%' }).prefault('5%').meta({
      description:
        'The largest probability that a difference of this experiment is called proven where there is none, over all arms and goals, however often anybody looks.',
    }),
  })
  .check(whole);

export const experiments = z.array(experiment).max(20).prefault([]);
