import * as z from 'zod';
import { exactlyOne } from './shape.ts';
import { HEADER_NAME, headerName, text } from './values.ts';

/** A key of a request: the value of one of its header fields, or of a cookie. */
type NamedKey = { readonly by: 'header'; readonly name: string } | { readonly by: 'cookie'; readonly name: string };

export const cookieName = text({
  noun: 'a cookie name',
  form: HEADER_NAME,
  allowed: 'a cookie name, such as session',
});

export const keyed = (described: Readonly<Record<'header' | 'cookie', string>>) =>
  z
    .strictObject({
      header: headerName().optional().meta({ description: described.header }),
      cookie: cookieName.optional().meta({ description: described.cookie }),
    })
    .check(exactlyOne(['header', 'cookie']))
    .transform(
      ({ header, cookie }): NamedKey =>
        header === undefined ? { by: 'cookie', name: cookie! } : { by: 'header', name: header },
    );
