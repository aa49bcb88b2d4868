import * as z from 'zod';
import { fields } from './shape.ts';
import { choice, duration, headerName, secretHeaderValue, share } from './values.ts';
import { webhookUrl } from './webhook-url.ts';

/** The events that a webhook can report. */
export const ALERT_EVENTS = ['signature', 'verdict', 'breaker', 'shed', 'store', 'thread', 'rollout'] as const;

const webhook = z.strictObject({
  url: webhookUrl().meta({
    description: 'Where messages are posted to. It is never shown, because such a URL is often a secret itself.',
    hazard: 'Redirects are not followed.',
    example: `\${ALERT_WEBHOOK}`,
  }),
  format: choice(['json', 'slack']).prefault('json').meta({
    description: 'json: an object with text and alerts; slack: {"text": …}, which many chat services accept.',
  }),
  events: z
    .array(choice(ALERT_EVENTS))
    .optional()
    .meta({
      description:
        'The events that it is sent: signature (a new one, or a fixed one that is seen again), verdict (it changed), breaker (opened, closed), shed (above, below alerts.shed), store (failing, back), thread (dies repeatedly, recovered), rollout (a step, a rollback).',
      absent: 'all of them',
      example: ['signature', 'verdict'],
    }),
  headers: fields(headerName(), secretHeaderValue())
    .prefault({})
    .meta({
      description: 'Header fields of each message. Their values are never shown.',
      example: { authorization: `Bearer \${ALERT_TOKEN}` },
    }),
});

export const alerts = z
  .strictObject({
    webhooks: z.array(webhook).prefault([]).meta({
      description: 'Where alerts are posted. Messages contain names, counts and places, but no recorded values.',
    }),
    window: duration({ min: '1s', max: '1h' }).prefault('10s').meta({
      description: 'How long events are collected after the first one. They are sent as one message.',
      hazard: 'If it is short, a new version with many differences causes many messages.',
    }),
    timeout: duration({ min: '100ms', max: '1m' }).prefault('5s').meta({
      description: 'How long a post may take. A failed post is repeated five times, after pauses of 1s to 16s.',
    }),
    shed: share().prefault('1%').meta({
      description:
        "How large a share of the last minute's copies may be lost (to limits, full tapes or dead threads) before an alert is sent. Minutes with fewer than 100 copies are ignored.",
      hazard: 'At 0%, every lost copy causes an alert.',
    }),
  })
  .prefault({})
  .meta({ description: 'Webhooks that report trouble and new findings. Nothing waits for them.' });
