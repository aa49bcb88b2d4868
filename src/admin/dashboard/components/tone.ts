/** States differ in shape as well as in colour. */
export type Tone = 'good' | 'bad' | 'warn' | 'info' | 'neutral';
