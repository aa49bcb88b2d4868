/**
 * Which users a request counts for while a service is rolled out. `candidate`: users whose bucket lies in the weight;
 * the new version serves them. `slice`: as many users of production, to compare them with. `rest`: all others on
 * production. `chosen`: on the new version by a cohort or an override: they are no random sample. `test`: test users on
 * either version, whose requests count for nothing else.
 */
export const ARMS = ['candidate', 'slice', 'rest', 'chosen', 'test'] as const;

export type Arm = (typeof ARMS)[number];
