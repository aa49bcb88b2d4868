import type { MessageError } from '../../wire/http1/message.ts';
import type { LocalReply } from '../local-replies.ts';

const MESSAGE_REPLIES: Readonly<Record<MessageError['kind'], LocalReply>> = {
  malformed: { status: 400, title: 'Bad Request', detail: 'the request is malformed' },
  version: { status: 505, title: 'HTTP Version Not Supported', detail: 'the version is not HTTP/1.0 or HTTP/1.1' },
  method: { status: 501, title: 'Not Implemented', detail: 'the method is not known here' },
  target_too_long: { status: 414, title: 'URI Too Long', detail: 'the request target is too long' },
  head_too_large: {
    status: 431,
    title: 'Request Header Fields Too Large',
    detail: 'the header or trailer section is too large',
  },
};

/** The reply to a client whose message can't be read. The parser's reason goes to the log only. */
export function messageReply({ kind, reason }: MessageError): LocalReply {
  return { ...MESSAGE_REPLIES[kind], reason };
}
