import { jsonToUtf8 } from '../charset.ts';
import { isJsonType } from '../media-type.ts';
import type { Format } from './format.ts';

export const json: Format = {
  name: 'JSON',
  claims: isJsonType,
  read: ({ bytes, type }) => {
    const text = jsonToUtf8(bytes, type);
    return 'problem' in text ? text : { json: text.bytes, mark: text.mark };
  },
};
