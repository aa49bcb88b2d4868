import * as z from 'zod';
import { type Fault, fields, shorthand, together } from './shape.ts';
import { choice, duration, headerName, secret, secretHeaderValue } from './values.ts';
import { webhookUrl } from './webhook-url.ts';

const keyOfPosthog = together<{ format?: string | undefined }>((names, { format }): Fault[] => {
  const isGiven = names.includes('projectKey');
  if (format === 'posthog' && !isGiven)
    return [
      { wrong: 'no projectKey', allowed: 'format: posthog together with projectKey', member: 'format', missing: true },
    ];
  return format !== 'posthog' && isGiven
    ? [{ wrong: 'not used by this format', allowed: 'projectKey together with format: posthog', member: 'projectKey' }]
    : [];
});

/** Where it is reported who took part in an experiment. */
export const exposure = shorthand(
  'url',
  z
    .strictObject({
      url: webhookUrl().meta({
        description: 'Where exposures are posted to, in batches. It is never shown.',
        hazard: 'Redirects are not followed.',
        example: `\${EXPOSURE_URL}`,
      }),
      format: choice(['json', 'posthog', 'otlp']).optional().meta({
        description:
          'json: an object with the list exposures. posthog: a batch of $feature_flag_called events, for the address /batch/. otlp: log records for the address /v1/logs of an OpenTelemetry collector, as feature_flag.evaluation events with the attributes of OpenFeature.',
        absent: 'json',
        example: 'posthog',
      }),
      projectKey: secret({
        noun: 'a project key',
        form: /^[\x21-\x7e]{1,256}$/,
        allowed: '1 to 256 visible ASCII characters without spaces',
      })
        .optional()
        .meta({
          description: "The project's API key in the batches of the format posthog.",
          absent: 'another format',
          example: `\${POSTHOG_KEY}`,
        }),
      headers: fields(headerName(), secretHeaderValue())
        .prefault({})
        .meta({
          description: 'Header fields of each post. Their values are never shown.',
          example: { authorization: `Bearer \${EXPOSURE_TOKEN}` },
        }),
      window: duration({ min: '1s', max: '1h' })
        .prefault('5s')
        .meta({ description: 'How long exposures are collected before they are posted.' }),
      timeout: duration({ min: '100ms', max: '1m' }).prefault('5s').meta({
        description:
          'How long a post may take. A failed post is repeated for about a quarter of an hour, after pauses of 1s to 60s. Meanwhile at most 50,000 exposures wait, and further ones are dropped and counted.',
      }),
    })
    .check(keyOfPosthog),
).optional();
