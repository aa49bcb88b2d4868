import type { CapturedLeg, CapturedResponse, Fields, LegFailure, LegTiming, ResponseHead } from '../model/exchange.ts';
import type { SkipReason } from '../model/outcome.ts';

/** A response for the first comparison: its end-to-end fields, and its body as received. */
export interface LegResponse extends ResponseHead {
  readonly body: readonly Buffer[];
  readonly trailers: Fields;
}

export type LegResult =
  | { readonly response: LegResponse; readonly timing: LegTiming }
  | {
      readonly failure: LegFailure;
      readonly detail: string;
      /** The milliseconds that a target had, where it was reached but gave no complete response in time. */
      readonly took?: number;
    };

/** `withdrawn`: it was ended by the mirror, for its own reason. */
export type LegEnd = LegResult | { readonly withdrawn: SkipReason };

export function capturedLeg(result: LegResult): CapturedLeg {
  if ('response' in result) return capturedResponse(result.response, result.timing);
  return { failure: result.failure, detail: result.detail };
}

function capturedResponse(response: LegResponse, timing: LegTiming): { response: CapturedResponse; timing: LegTiming } {
  return { response: { ...response, body: Buffer.concat(response.body) }, timing };
}
