import { onDemand } from '../../lib/on-demand.ts';
import { value } from './values.ts';

const jsonP3 = onDemand<typeof import('json-p3')>('json-p3');

/** A place in a JSON body. It is parsed by the same library that the comparison and the redaction use. */
export const jsonPath = () =>
  value<string>(
    {
      allowed: "a JSONPath query (RFC 9535), such as $.items[*].price, $..etag or $['created at']",
      json: { type: 'string', pattern: '^\\$' },
    },
    (written) => {
      try {
        new (jsonP3().JSONPathEnvironment)().compile(written);
        return { value: written };
      } catch (error) {
        // The library's other errors are about its own workings.
        const reason =
          error instanceof jsonP3().JSONPathSyntaxError ? ` (${error.message.replace(/ \('.*$/s, '')})` : '';
        return { wrong: `not a JSONPath query${reason}` };
      }
    },
  );
