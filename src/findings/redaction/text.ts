import { redactMarkup } from './markup.ts';
import { redactNamedValues } from './named-values.ts';
import { redactUrl } from './parameters.ts';
import type { RedactText } from './scope.ts';
import { redactShapes } from './shapes.ts';

/** A URL with a scheme, or a path after a character that may precede one. */
const URLS = /(?:[a-z][a-z0-9+.-]{0,20}:\/\/|(?<![\w<>/:.~%*-])\/(?=[\w~?;]))[^\s"'<>\\`{}|)\]]{1,8192}/gi;

/** Applies everything that is known about secrets in texts, whatever the text is. */
export const redactText: RedactText = (text, scope) => {
  let redacted = text;
  if (text.includes('/')) redacted = redacted.replace(URLS, (url) => redactUrl(url, scope));
  if (text.includes('<')) redacted = redactMarkup(redacted, scope);
  return redactShapes(redactNamedValues(redacted, scope), scope);
};
