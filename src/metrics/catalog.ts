/**
 * Every metric that Understudy exposes about itself. All labels have a bounded set of values. Routes and rules come
 * from the configuration, plus a limited number of routes that are named after their paths. Methods and codes are those
 * of layout.ts; outcomes, reasons, kinds and legs are those of the model. The number of tapes and threads follows from
 * the number of edge threads. The label service is only there for services with a name in the configuration.
 */
export const catalog = {
  requests: {
    name: 'understudy_requests_total',
    help: 'Requests received, by the status code that the client got; `none` where it got no response. On routes that are named after an operation in the body, a request is counted with its outcome.',
    labelNames: ['service', 'route', 'method', 'code'],
  },
  redactions: {
    name: 'understudy_redactions_total',
    help: 'Values that were hidden in recorded examples and in lines of the access log, by the rule (see redact.allow; configured: what redact itself names).',
    labelNames: ['rule'],
  },
  requestsRefused: {
    name: 'understudy_requests_refused_total',
    help: 'Requests that Understudy answered itself and did not forward (malformed, over a limit, a loop …), by the status code that the client got.',
    labelNames: ['code'],
  },
  connectionsRefused: {
    name: 'understudy_connections_refused_total',
    help: 'Client connections that were closed before their first request: limit and address_limit (client.connections, connectionsPerAddress), descriptors (RLIMIT_NOFILE allows no more), proxy_header and tls (the header or the handshake failed), accept (the system could not hand the connection over; while no descriptor is left, this grows by one a second, however many are closed).',
    labelNames: ['reason'],
  },
  outcomes: {
    name: 'understudy_outcomes_total',
    help: 'What became of the requests. Each request has exactly one outcome; `skipped` has a reason.',
    labelNames: ['service', 'route', 'outcome', 'reason'],
  },
  withoutSampleKey: {
    name: 'understudy_requests_without_sample_key_total',
    help: 'Requests that were not copied (skipped, unsampled) because they lack the header or cookie that mirror.sampleBy names, by their route in the configuration.',
    labelNames: ['service', 'route'],
  },
  differences: {
    name: 'understudy_differences_total',
    help: 'Places where the response of the shadow differs from that of the primary and no rule accepts it, by kind.',
    labelNames: ['service', 'route', 'kind'],
  },
  ruleHits: {
    name: 'understudy_rule_hits_total',
    help: 'Pairs in which a rule accepted a difference or changed how the pair was read, by the rule as it is written.',
    labelNames: ['service', 'rule'],
  },
  legDuration: {
    name: 'understudy_leg_duration_seconds',
    help: 'From the request sent to the last byte of the response. The sum is taken from the middles of fine buckets, and is at most 1.6 % off.',
    labelNames: ['service', 'route', 'leg'],
  },
  legFirstByte: {
    name: 'understudy_leg_first_byte_seconds',
    help: 'From the request sent to the first byte of the response. The sum is taken from the middles of fine buckets, and is at most 1.6 % off.',
    labelNames: ['service', 'route', 'leg'],
  },
  leftOut: {
    name: 'understudy_latency_left_out_total',
    help: 'Pairs that are left out of the latency delta. Either copies delayed each other at the shadow or the control: no_connection (waited for one), out_of_turn (see mirror.order), queueing (the target made them wait for each other). Or there was nothing to compare with: client_pace (the primary waited for the client), no_control (the control gave no response). Or the times were measured when copies were about to be paused, or already were: strained (mirror.pauseWhen).',
    labelNames: ['service', 'route', 'reason'],
  },
  tapeBytes: {
    name: 'understudy_tape_bytes',
    help: 'Bytes on the tape between two threads that the reader has not read yet.',
    labelNames: ['tape'],
  },
  tapeDropped: {
    name: 'understudy_tape_dropped_total',
    help: 'Exchanges whose copy was dropped because it did not fit on the tape, or waited on it for longer than mirror.backlog.',
    labelNames: ['tape'],
  },
  breakerState: {
    name: 'understudy_breaker_state',
    help: 'Circuit breaker in front of the shadow and, with target="control", in front of the control: 0 closed, 1 half open, 2 open. The most open one where there are several.',
    labelNames: ['service', 'target'],
  },
  copiesOutOfOrder: {
    name: 'understudy_copies_out_of_order_total',
    help: 'Copies that were sent to the shadow or the control before the response to the previous one (mirror.order), because they had waited too long or too many waited.',
    labelNames: ['service', 'target'],
  },
  repeats: {
    name: 'understudy_repeats_total',
    help: 'GET and HEAD requests to be sent to the primary again, to learn what differs by itself (mirror.calibrate) or whether a mismatch persists (mirror.confirm): sent, over_budget (mirror.repeats), breaker_open (the primary fails).',
    labelNames: ['service', 'purpose', 'result'],
  },
  mirrorPaused: {
    name: 'understudy_mirror_paused',
    help: 'How many edge threads have paused copies to relieve clients (mirror.pauseWhen): event_loop_lag (of all services, because they are late), primary_p99 (of one service, because its primary is slow).',
    labelNames: ['service', 'cause'],
  },
  mirrorMemory: {
    name: 'understudy_mirror_memory_bytes',
    help: 'What is held of requests and responses: on tapes and not read yet, in the buffers of mirror threads, and as examples that wait to be written. All together, with what is being compared, they stay within understudy_mirror_memory_limit_bytes.',
    labelNames: ['part'],
  },
  mirrorMemoryLimit: {
    name: 'understudy_mirror_memory_limit_bytes',
    help: 'How much of requests and responses may be held (mirror.memory).',
    labelNames: [],
  },
  configGeneration: {
    name: 'understudy_config_generation',
    help: 'Number of the configuration in force; the one at the start is 1.',
    labelNames: [],
  },
  configLastError: {
    name: 'understudy_config_last_error',
    help: '1 if the newest configuration could not be loaded and the previous one is still in force, or if a thread has died repeatedly since it was loaded, else 0.',
    labelNames: [],
  },
  eventLoopLag: {
    name: 'understudy_event_loop_lag_seconds',
    help: 'The longest delay of the event loop of a thread in the last minute.',
    labelNames: ['thread'],
  },
  threadUp: {
    name: 'understudy_thread_up',
    help: '1 while the thread runs; 0 while it is being restarted, and while it dies repeatedly. A compare thread is there from its first pair on.',
    labelNames: ['thread'],
  },
  threadRestarts: {
    name: 'understudy_thread_restarts_total',
    help: 'How often the thread was restarted after it had died.',
    labelNames: ['thread'],
  },
  accessLinesDropped: {
    name: 'understudy_access_log_dropped_total',
    help: 'Lines of the access log that were dropped because they could not be written, or not in time.',
    labelNames: [],
  },
  logLinesDropped: {
    name: 'understudy_log_dropped_total',
    help: 'Lines of the log that were dropped because they could not be written.',
    labelNames: [],
  },
  recorderDegraded: {
    name: 'understudy_recorder_degraded',
    help: '1 while results can not be written to the store, else 0.',
    labelNames: [],
  },
  recorderPending: {
    name: 'understudy_recorder_pending_requests',
    help: 'Requests that were counted and are not yet written to the store. A crash would lose them.',
    labelNames: [],
  },
  examplesDropped: {
    name: 'understudy_recorder_dropped_examples_total',
    help: 'Examples of results that were dropped because too many waited to be written. Counts are never dropped.',
    labelNames: [],
  },
  storeDamages: {
    name: 'understudy_store_damages_total',
    help: 'How often a file of the store was found truncated, removed, replaced or damaged, or the process that holds it died. The log says which, and what was done.',
    labelNames: [],
  },
  readFailures: {
    name: 'understudy_results_read_failures_total',
    help: 'Calls of the admin API, as by the dashboard, that could not read results from the store: it is damaged or away, the process that reads it died, or the answer took too long. Health and the log say why.',
    labelNames: [],
  },
  verdict: {
    name: 'understudy_verdict',
    help: '1 for the verdict on the present rehearsal, else 0; without a route: on the service as a whole. It is updated every few seconds.',
    labelNames: ['service', 'route', 'verdict'],
  },
  verdictExchanges: {
    name: 'understudy_verdict_exchanges',
    help: 'Compared exchanges that the verdict rests on.',
    labelNames: ['service', 'route'],
  },
  verdictEvidence: {
    name: 'understudy_verdict_evidence',
    help: 'The strongest evidence for harm: the logarithm of E divided by the logarithm of its threshold. From 1 on it is a proof.',
    labelNames: ['service', 'route'],
  },
  rolloutPhase: {
    name: 'understudy_rollout_phase',
    help: '1 for the phase of the rollout, else 0; unknown: the store cannot be read yet, and production serves everybody.',
    labelNames: ['service', 'phase'],
  },
  rolloutWeight: {
    name: 'understudy_rollout_weight',
    help: 'The share of the users whom the candidate serves, from 0 to 1, apart from cohorts and overrides.',
    labelNames: ['service'],
  },
  rolloutAnswer: {
    name: 'understudy_rollout_answer',
    help: '1 for what is to be done on the present step of the rollout, else 0; all 0 while nothing was judged.',
    labelNames: ['service', 'answer'],
  },
  rolloutUnwritten: {
    name: 'understudy_rollout_unwritten',
    help: 'Changes of the rollout that took effect but are not in the store yet: a crash would forget them.',
    labelNames: ['service'],
  },
  rolloutRequests: {
    name: 'understudy_rollout_requests_total',
    help: 'Requests to services that are rolled out, by the arm that the user belongs to and by what the user got. Arms: candidate (users whom the weight gives to the candidate), slice (as many users of production, whom they are compared with), rest (all others on production), chosen (on the candidate by a cohort or an override), test (test users, on either version). Results: answered, error (5xx, or no complete response), aborted (the user left first), unanswered (the user left before any of the response, after longer than anybody should wait: a failure, as an error is).',
    labelNames: ['service', 'arm', 'result'],
  },
  rolloutFallbacks: {
    name: 'understudy_rollout_fallbacks_total',
    help: 'Requests that the candidate could not take, so that production served them.',
    labelNames: ['service', 'arm'],
  },
  rolloutDuration: {
    name: 'understudy_rollout_duration_seconds',
    help: 'What users of services that are rolled out waited: from the request sent to the last byte of the response, without fallbacks.',
    labelNames: ['service', 'arm'],
  },
  experimentUsers: {
    name: 'understudy_experiment_users',
    help: 'Users of the running experiments, by the arm that they saw first; a few seconds old.',
    labelNames: ['service', 'experiment', 'arm'],
  },
  experimentOutcomes: {
    name: 'understudy_experiment_outcomes',
    help: 'Of the running experiments: the users who reached a goal (conversion), or the sum of their values (mean).',
    labelNames: ['service', 'experiment', 'goal', 'arm'],
  },
  experimentUneven: {
    name: 'understudy_experiment_uneven',
    help: '1 if the users of a running experiment are not divided as configured, so that it proves nothing, else 0.',
    labelNames: ['service', 'experiment'],
  },
  experimentLeftOut: {
    name: 'understudy_experiment_left_out',
    help: 'What a running experiment does not count: users with a second arm (switched; they count with the first), users without room (full), outcomes before the user saw an arm (early), outcomes of users who saw none (unexposed).',
    labelNames: ['service', 'experiment', 'reason'],
  },
  experimentDropped: {
    name: 'understudy_experiment_dropped_total',
    help: 'Exposures and outcomes of experiments that were lost because too many waited.',
    labelNames: [],
  },
  experimentUnreadable: {
    name: 'understudy_experiment_unreadable_total',
    help: 'Responses whose header for a goal of an experiment was missing or no number.',
    labelNames: [],
  },
  experimentFallbacks: {
    name: 'understudy_experiment_fallbacks_total',
    help: 'Requests that the primary served because the target of an arm could not take them.',
    labelNames: ['service', 'experiment', 'arm'],
  },
  exposures: {
    name: 'understudy_exposures_total',
    help: 'Exposures for the webhook: sent, failed (refused, or no attempt was taken), dropped (too many waited, or the webhook was removed).',
    labelNames: ['result'],
  },
  alerts: {
    name: 'understudy_alert_messages_total',
    help: 'Messages to webhooks: sent, failed (no attempt was taken), dropped (too many waited).',
    labelNames: ['result'],
  },
} as const;
