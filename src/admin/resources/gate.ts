import * as z from 'zod';
import { ANSWERS } from '../../model/answer.ts';
import type { Verdict } from '../../results/verdict.ts';
import type { AdminDependencies } from '../dependencies.ts';
import { type Endpoint, endpoint, json } from '../endpoint.ts';
import { Problem } from '../problem.ts';
import { questionMembers, questionOf } from '../verdict-question.ts';

const options = {
  ...questionMembers,
  expect: z
    .enum(['pass', 'regression'])
    .exactOptional()
    .describe('The verdict at which it opens: `pass`, or `regression` for a hook that rolls back.'),
};

const members = {
  ...options,
  metadata: z.strictObject(options).exactOptional().describe('The same options; they take precedence.'),
};

/**
 * Options, or the body that Flagger posts: its name and namespace, and the options as `metadata`, all as text. New
 * versions of Flagger may send more. From other clients, an unknown option is a mistake.
 */
const body = z.looseObject(members).superRefine((given, context) => {
  if ('name' in given && 'namespace' in given) return;
  const keys = Object.keys(given).filter((key) => !Object.hasOwn(members, key));
  if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', keys, input: given });
});

const answer = z.strictObject({
  schemaVersion: z.literal(1).describe('Within one version fields are only ever added.'),
  verdict: z.enum(ANSWERS),
  reasons: z.array(z.string()).describe('In words, the gravest first; at most 10.'),
});

export function gate({ ask, now }: AdminDependencies): readonly Endpoint[] {
  return [
    endpoint({
      method: 'POST',
      path: '/api/v1/gate',
      access: 'guarded',
      summary: 'A gate for webhooks, such as those of Flagger: 200 if the verdict is a pass, 412 if it is not (yet).',
      body,
      answer: json(answer),
      problems: ['not_found', 'gate_closed', 'store_unusable'],
      async handle({ body: { metadata, ...beside } }) {
        const { expect = 'pass', ...question } = z.object(options).parse({ ...beside, ...metadata });
        const found = await ask('verdict', { ...questionOf(question), now: now() });
        const { verdict } = found;
        const reasons = reasonsOf(found).slice(0, MOST_REASONS);
        if (verdict === expect) return { schemaVersion: 1 as const, verdict, reasons };
        const detail = `The verdict is ${verdict}: ${reasons.join('; ')}`;
        throw new Problem('gate_closed', detail, { extensions: { verdict, reasons } });
      },
    }),
  ];
}

/** Flagger puts them into a Kubernetes event, which has little room. */
const MOST_REASONS = 10;

function reasonsOf({ verdict, services }: Verdict): string[] {
  if (services.length === 0) return ['nothing that was asked about has been recorded'];
  const concerned = services.filter((service) => service.verdict === verdict);
  const name = (service: string) => (services.length === 1 ? '' : `${service}: `);
  return concerned.flatMap(({ service, reasons }) => reasons.map((reason) => `${name(service)}${reason}`));
}
