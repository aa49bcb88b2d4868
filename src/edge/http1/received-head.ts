import type { ParsedRequest } from '../../wire/http1/message.ts';
import type { LocalReply } from '../local-replies.ts';
import { offeredProtocols } from '../protocol-offer.ts';
import type { ReceivedHead } from '../request-head.ts';
import { expectsContinue, validateRequest } from './validation.ts';

/** A request's head for the exchange; where it is refused, with the reply. */
export function receivedHead(
  parsed: ParsedRequest,
  pseudonym: string,
): { readonly head: ReceivedHead; readonly refusal: LocalReply | undefined } {
  const { method, target, fields, minorVersion, bodyLength, upgrade } = parsed;
  const validation = validateRequest(parsed, pseudonym);
  const valid = validation.kind === 'valid';
  const head: ReceivedHead = {
    method,
    target: valid ? validation.target : '',
    writtenTarget: target,
    authority: valid ? (validation.host ?? '') : '',
    version: minorVersion === 1 ? '1.1' : '1.0',
    fields,
    bodyLength: typeof bodyLength === 'number' ? bodyLength : 'unknown',
    offered: valid && upgrade && minorVersion === 1 ? offeredProtocols(fields) : '',
    body: valid && expectsContinue(parsed) ? 'withheld' : 'sent',
    interim: minorVersion === 1 ? 'understood' : 'unknown',
  };
  return { head, refusal: valid ? undefined : validation.reply };
}
