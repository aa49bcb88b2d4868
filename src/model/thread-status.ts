/** `failing`: it dies repeatedly, even if it runs at the moment. */
export const THREAD_STATUSES = ['running', 'restarting', 'failing', 'stopped'] as const;

export type ThreadStatus = (typeof THREAD_STATUSES)[number];
