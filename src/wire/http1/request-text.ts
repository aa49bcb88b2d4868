import type { OutgoingRequest } from '../message.ts';

/** The head of a request in HTTP/1.1, with its empty line, one byte per character. */
export function requestText({ method, target, fields, bodyLength, offered }: OutgoingRequest): string {
  let text = `${method} ${target} HTTP/1.1\r\n`;
  // Some servers read only one Connection field, so all its members are written in one.
  let connection: 'due' | 'written' = offered === '' ? 'written' : 'due';
  let coding: 'due' | 'written' = bodyLength === 'unknown' ? 'due' : 'written';
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    text += `${name}: ${fields[at + 1]!}\r\n`;
    if (name.length === 2 && name.toLowerCase() === 'te') {
      // RFC 9110, section 10.1.4: TE is for this hop only.
      text += offered === '' ? 'Connection: TE\r\n' : `Connection: TE, ${offer(offered)}`;
      connection = 'written';
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      coding = 'written';
    }
  }
  if (coding === 'due') text += 'Transfer-Encoding: chunked\r\n';
  if (connection === 'due') text += `Connection: ${offer(offered)}`;
  return `${text}\r\n`;
}

const offer = (protocols: string): string => `Upgrade\r\nUpgrade: ${protocols}\r\n`;
