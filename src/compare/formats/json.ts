import { toUtf8 } from '../charset.ts';
import type { TreeFormat } from './format.ts';

export const json: TreeFormat = {
  name: 'JSON',
  shape: 'tree',
  claims: ({ essence, suffix }) => essence === 'application/json' || essence === 'text/json' || suffix === 'json',
  read: ({ bytes, type }) => {
    const text = toUtf8(bytes, type);
    return 'problem' in text ? text : { json: text.bytes, mark: text.mark };
  },
};
