/** The equal part that one service has of a resource. All services whose requests are copied share the resource. */
export interface Portion {
  /** The index of the service among them, from 0. */
  readonly place: number;
  /** The number of these services. */
  readonly of: number;
}

export const WHOLE: Portion = { place: 0, of: 1 };
