// The import rules of the architecture: main → cli → app → threads, admin, alerts → edge, mirror, record, results → findings,
// rollout, experiments → wire, tape, compare, verdict, metrics, grouping → content → config → model → lib. Rooms of one tier are strangers to each
// other.
const tiers = [
  ['lib'],
  ['model'],
  ['config'],
  ['content'],
  ['wire', 'tape', 'compare', 'verdict', 'metrics', 'grouping'],
  ['findings', 'rollout', 'experiments'],
  ['edge', 'mirror', 'record', 'results'],
  ['threads', 'admin', 'alerts'],
  ['app'],
  ['cli'],
];

const upward = tiers.flatMap((tier, level) =>
  tier.map((room) => ({
    name: `${room}-imports-only-below`,
    severity: 'error',
    from: { path: `^src/${room}/` },
    to: {
      path: `^src/(${tiers
        .slice(level)
        .flat()
        .filter((other) => other !== room)
        .concat('main\\.ts')
        .join('|')})`,
    },
  })),
);

module.exports = {
  forbidden: [
    ...upward,
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'compare-content-verdict-rollout-and-experiments-do-no-io',
      severity: 'error',
      from: { path: '^src/(compare|content|verdict|rollout|experiments)/' },
      to: { path: '^(node:)?(fs|net|http|https|tls|dns|child_process|worker_threads|sqlite|dgram|http2)(/|$)' },
    },
    {
      name: 'an-exchange-knows-no-wire',
      comment: 'Only the listener puts a wire to an exchange, and only the pool one to a target.',
      severity: 'error',
      from: { path: '^src/(edge/[^/]+|mirror/.+|tape/.+)\\.ts$', pathNot: '^src/edge/edge\\.ts$' },
      to: { path: '/http1/' },
    },
    {
      name: 'sources-do-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench)/' },
    },
    {
      name: 'the-page-takes-types-of-the-server',
      severity: 'error',
      from: { path: '^src/admin/dashboard/' },
      to: { path: '^src/admin/(?!dashboard/)', dependencyTypesNot: ['type-only'] },
    },
    { name: 'not-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'sources-use-production-dependencies',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/admin/dashboard/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
