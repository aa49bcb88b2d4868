import { useEffect, useState } from 'preact/hooks';
import { plural } from '../../../../lib/figures.ts';
import type { StoredExchange } from '../../../../model/store-reader.ts';
import { asCurl, schemeOf } from '../../../../results/exchange/curl.ts';
import { fieldText } from '../../../../results/exchange/fields.ts';
import { CopyButton } from '../../components/copy.tsx';
import { Block, Code, Recorded } from '../../components/recorded.tsx';
import { Time } from '../../components/time.tsx';
import { useListen } from '../../data/listen.ts';

/** What was asked, by whom it was answered, and how to ask it again. */
export function RequestOf({ exchange }: { readonly exchange: StoredExchange }) {
  const { request, receivedAt, id, route, servedBy } = exchange;
  const listen = useListen();
  return (
    <>
      <div class="request">
        <Code text={`${request.method} ${request.target}`} />
        <CopyButton text={() => asCurl(exchange, schemeOf(listen ?? {}))}>Copy as curl</CopyButton>
      </div>
      <p class="faint">
        <Time at={receivedAt} /> · <Recorded text={route} /> · exchange{' '}
        <a href={`/api/v1/exchanges/${encodeURIComponent(id)}`} target="_blank" rel="noreferrer">
          <Recorded text={id} />
        </a>
        {servedBy === 'shadow' && ' · the shadow served the client, in a rollout'}
      </p>
    </>
  );
}

/** Beside the responses where there is room, else folded above them. */
export function RequestParts({ request: { fields, body } }: Pick<StoredExchange, 'request'>) {
  return (
    <details open={useRoomBeside()}>
      <summary>
        Request: {plural(fields.length / 2, 'header field')}
        {body.length > 0 && `, body of ${plural(body.length, 'byte')}`}
      </summary>
      <Block label="Header fields of the request" text={fieldText(fields)} />
      {body.length > 0 && <Block label="Body of the request" text={body.content} />}
    </details>
  );
}

/** As in results.css. */
const ROOM = matchMedia('(min-width: 1600px)');

function useRoomBeside(): boolean {
  const [hasRoom, tell] = useState(ROOM.matches);
  useEffect(() => {
    const look = () => tell(ROOM.matches);
    ROOM.addEventListener('change', look);
    return () => ROOM.removeEventListener('change', look);
  }, []);
  return hasRoom;
}
