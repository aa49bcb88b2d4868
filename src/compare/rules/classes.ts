import type { ValueClass } from '../../config/rule-types.ts';
import { isNumber } from '../json/decimal.ts';
import type { Value } from '../value.ts';
import { parseTimestamp } from './timestamp.ts';
import { isUrl } from './url.ts';

const UUID = /^(?:urn:uuid:)?[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;
const TOKEN = /^[\w.~+/=:-]{8,}$/;
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/** Whether a value is of a class, by its text; a string that holds a number is of class number. */
export function isOfClass(value: Value, valueClass: ValueClass): boolean {
  switch (valueClass) {
    case 'any':
      return true;
    case 'string':
      return value.type === 'string';
    case 'number':
      return isScalar(value) && isNumber(value.text);
    case 'uuid':
      return isScalar(value) && UUID.test(value.text);
    case 'timestamp':
      return isScalar(value) && parseTimestamp(value.text) !== undefined;
    case 'url':
      return value.type === 'string' && isUrl(value.text);
    case 'ip':
      return value.type === 'string' && (IPV4.test(value.text) || isIpv6(value.text));
    case 'token':
      return value.type === 'string' && TOKEN.test(value.text);
  }
}

export function isScalar(value: Value): boolean {
  return value.type === 'string' || value.type === 'number' || value.type === 'boolean';
}

export function isNumeric(value: Value): boolean {
  return isOfClass(value, 'number');
}

function isIpv6(text: string): boolean {
  return /^[\da-f:.]{2,45}$/i.test(text) && text.includes(':') && URL.canParse(`http://[${text}]`);
}
