import * as z from 'zod';
import { fields } from './shape.ts';
import { choice, duration, headerName, pattern, secretHeaderValue, share, value } from './values.ts';

/** What a webhook may be told of. */
export const ALERT_EVENTS = ['signature', 'verdict', 'breaker', 'shed', 'store', 'thread'] as const;

const URL_FORM = /^https?:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/i;

const url = () =>
  value(
    {
      allowed: 'an http or https URL of host, port, path and query, such as https://hooks.example/T0/secret',
      json: pattern(URL_FORM),
      show: () => 'a URL that is not shown',
      secret: 'always',
    },
    (written) => {
      if (/^https?:\/\/[^\s/?#]*@/i.test(written))
        return { wrong: 'a URL with credentials, which belong into headers' };
      return URL_FORM.test(written) && URL.canParse(written)
        ? { value: written }
        : { wrong: 'not an http or https URL' };
    },
  );

const webhook = z.strictObject({
  url: url().meta({
    description: 'Where messages are posted to. Nothing shows it, since such a URL often is a secret itself.',
    hazard: 'Redirects are not followed.',
    example: `\${ALERT_WEBHOOK}`,
  }),
  format: choice(['json', 'slack']).prefault('json').meta({
    description: 'json: an object with text and alerts; slack: {"text": …}, which many chat services take.',
  }),
  events: z
    .array(choice(ALERT_EVENTS))
    .optional()
    .meta({
      description:
        'What it is told of: signature (a new one, or one that was fixed and is seen again), verdict (another one), breaker (opened, closed), shed (above, below alerts.shed), store (failing, back), thread (one that dies again and again, and its recovery).',
      absent: 'all of them',
      example: ['signature', 'verdict'],
    }),
  headers: fields(headerName(), secretHeaderValue())
    .prefault({})
    .meta({
      description: 'Header fields of each message. Nothing shows their values.',
      example: { authorization: `Bearer \${ALERT_TOKEN}` },
    }),
});

export const alerts = z
  .strictObject({
    webhooks: z.array(webhook).prefault([]).meta({
      description: 'Who is told. Messages have names, counts and places, and no recorded values.',
    }),
    window: duration({ min: '1s', max: '1h' }).prefault('10s').meta({
      description: 'What happens within it after the first event is one message.',
      hazard: 'Short, and a new version that differs in many ways sends as many messages.',
    }),
    timeout: duration({ min: '100ms', max: '1m' }).prefault('5s').meta({
      description: 'How long one post may take. One that fails is repeated five times, with pauses of 1s to 16s.',
    }),
    shed: share().prefault('1%').meta({
      description:
        'The share of the copies of the last minute that were lost at limits, on tapes or by threads, above which it is an event. A minute with less than 100 copies says nothing.',
      hazard: 'At 0% every single one that is lost is told of.',
    }),
  })
  .prefault({})
  .meta({ description: 'Webhooks that are told of trouble and of what is new. Nothing waits for them.' });
