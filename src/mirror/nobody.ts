import { WHOLE } from '../model/portion.ts';
import { HeldBytes } from './held-bytes.ts';
import type { ExchangeOwner } from './mirrored-exchange.ts';

/** The owner of exchanges that are not copied. */
export const NOBODY: ExchangeOwner = {
  held: new HeldBytes(0, () => false),
  portion: WHOLE,
  versionFrom: undefined,
  dispatch: () => {},
  onPrimaryDone: () => {},
  onForgotten: () => {},
  onExpired: () => {},
  onCalibrated: () => {},
  onLanded: () => {},
  onLegEnd: () => {},
};
