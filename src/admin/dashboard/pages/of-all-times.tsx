import { useIsRanged } from '../shell/scope.ts';

/** Says of what is judged over a whole rehearsal that the chosen time does not apply to it. `what`: with its verb. */
export function OfAllTimes({ what }: { readonly what: string }) {
  return useIsRanged() ? <p class="faint">{what} of the whole rehearsal, whatever time is chosen.</p> : null;
}
