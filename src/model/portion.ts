/** One service's equal part of what all those whose requests are copied have in common. */
export interface Portion {
  /** Of the service among them, from 0. */
  readonly place: number;
  /** How many they are. */
  readonly of: number;
}

export const WHOLE: Portion = { place: 0, of: 1 };
