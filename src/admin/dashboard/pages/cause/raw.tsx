import type { StoredExchange } from '../../../../model/store-reader.ts';
import { bodyInWords, legsOf } from '../../../../results/exchange/bodies.ts';
import { fieldText } from '../../../../results/exchange/fields.ts';
import { Block } from '../../components/recorded.tsx';

/** What was recorded of each response, as it is, one below the other. */
export function Raw({ exchange }: { readonly exchange: StoredExchange }) {
  return (
    <>
      {legsOf(exchange).map(({ name, leg }) => (
        <section key={name} class="raw">
          <h3 class={`leg ${name}`}>{name}</h3>
          {'failure' in leg ? (
            <Block label={`Failure of the ${name}`} text={`${leg.failure}: ${leg.detail}`} />
          ) : (
            <>
              <Block
                label={`Head of the ${name}'s response`}
                text={`${leg.status} ${leg.reason}\n${fieldText(leg.fields)}`}
              />
              <p class="faint">{bodyInWords(leg.body)}</p>
              {leg.body.length > 0 && <Block label={`Body of the ${name}'s response`} text={leg.body.content} />}
            </>
          )}
        </section>
      ))}
    </>
  );
}
