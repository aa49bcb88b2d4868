import { pattern, value } from './values.ts';

const URL_FORM = /^https?:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/i;

/** It is never shown, because such a URL is often a secret itself. */
export const webhookUrl = () =>
  value(
    {
      allowed: 'an http or https URL of host, port, path and query, such as https://hooks.example/T0/secret',
      json: pattern(URL_FORM),
      show: () => 'a URL that is not shown',
      secret: 'always',
    },
    (written) => {
      if (/^https?:\/\/[^\s/?#]*@/i.test(written)) return { wrong: 'a URL with credentials, which belong in headers' };
      return URL_FORM.test(written) && URL.canParse(written)
        ? { value: written }
        : { wrong: 'not an http or https URL' };
    },
  );
