import * as z from 'zod';
import { DEFAULT_REDACTIONS } from '../../model/redaction.ts';
import { jsonPath } from './json-path.ts';
import { together } from './shape.ts';
import { headerName, secret, secretFile, text } from './values.ts';

/** The form of the key of the tokens, wherever it is written. */
export const KEY_FORM = /^[\x21-\x7e]{16,256}$/;
export const KEY_FORM_IN_WORDS = '16 to 256 visible ASCII characters without spaces';

const oneKey = together<object>((names) =>
  names.includes('key') && names.includes('keyFile')
    ? [{ wrong: 'two keys', allowed: 'key or keyFile, not both', member: 'keyFile' }]
    : [],
);

export const redact = z
  .strictObject({
    headers: z
      .array(headerName())
      .prefault([])
      .meta({
        description:
          'Headers whose values become tokens, in addition to the built-in list (Authorization, Cookie, Set-Cookie, API keys and the like).',
        example: ['x-customer'],
      }),
    paths: z
      .array(jsonPath())
      .prefault([])
      .meta({
        description: 'Places in JSON bodies whose values become tokens.',
        example: ['$.customer.email'],
      }),
    query: z
      .array(text({ noun: 'a query parameter', form: /^[^\s&=#]+$/, allowed: 'the name of a query parameter' }))
      .prefault([])
      .meta({ description: 'Query parameters whose values become tokens.', example: ['api_key'] }),
    allow: z
      .array(text({ noun: 'a name', form: /^[^\s,]+$/, allowed: 'the name of a default rule, or of a value' }))
      .prefault([])
      .meta({
        description: `What is hidden by default but should be shown: names of default rules (${DEFAULT_REDACTIONS.join(', ')}), or names of values, in any spelling. The report, the dashboard and /api/v1/redactions list what each rule hid.`,
        hazard: 'What is allowed is recorded unchanged: on disk, in the dashboard, in the access log.',
        example: ['pageToken', 'sort_key'],
      }),
    key: secret({
      noun: 'a key',
      form: KEY_FORM,
      allowed: KEY_FORM_IN_WORDS,
    })
      .optional()
      .meta({
        description: 'The key of the tokens. Equal values give equal tokens only under one key.',
        absent: 'random for each store, and kept in it',
        hazard:
          'Whoever has the key can find out by trial which value a token stands for; short values (a PIN) are found at once. Without this option the key is in the store, beside what it protects.',
        example: `\${REDACT_KEY}`,
      }),
    keyFile: secretFile({
      noun: 'a file name',
      form: /^[^\0]+$/,
      allowed: 'the name of a file, relative to the working directory',
    })
      .optional()
      .meta({
        description: 'The file with the key of the tokens, in place of key. It is read at the start.',
        absent: 'the key is given by key',
        hazard: 'Keep it away from copies of the store, with mode 0600. A new key needs a restart.',
        example: '/run/secrets/redact-key',
      }),
  })
  .check(oneKey)
  .prefault({})
  .meta({ description: 'What is replaced by keyed tokens before anything is recorded or shown.' });
