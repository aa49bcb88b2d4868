import type { ListenConfig } from '../../../../config/types.ts';
import { bracketed } from '../../../../lib/host.ts';
import { schemeOf } from '../../../../results/exchange/curl.ts';
import { CopyButton } from '../../components/copy.tsx';
import { Empty } from '../../components/states.tsx';
import { useListen } from '../../data/listen.ts';
import { here, usePlace } from '../../shell/location.ts';
import { rangeIn } from '../../shell/range.ts';

/** How to get the first result, with the address on which this Understudy listens. */
export function NoTraffic() {
  const listen = useListen();
  const ranged = rangeIn(usePlace().query) !== 'all';
  if (ranged) {
    return (
      <Empty title="Nothing was recorded in this time.">
        <p>
          <a href={here({ range: undefined, from: undefined, to: undefined })}>Show the whole rehearsal</a>
        </p>
      </Empty>
    );
  }
  const command = commandFor(listen);
  return (
    <Empty title="No traffic yet.">
      <p>Send some through Understudy; what comes of it is shown here a second later:</p>
      <div class="command">
        <pre>{command}</pre>
        <CopyButton text={command}>Copy</CopyButton>
      </div>
      <p class="faint">
        To see what results look like, run <code>npm run demo</code>: a small service whose next version has mistakes.
      </p>
    </Empty>
  );
}

/** A wildcard address is reached by the name under which this page is. */
function commandFor(listen: ListenConfig | undefined): string {
  if (listen?.socketPath !== undefined) return `curl -i --unix-socket ${listen.socketPath} http://localhost/`;
  const scheme = schemeOf(listen ?? {});
  if (listen === undefined || listen.port === 0)
    return `curl -i ${scheme}://ADDRESS/   # which the log names as listening`;
  const wild = listen.host === '0.0.0.0' || listen.host === '::';
  return `curl -i ${scheme}://${wild ? location.hostname : bracketed(listen.host)}:${listen.port}/`;
}
