import type { Config } from '../../config/types.ts';
import type { ExperimentDefinition } from '../../model/recorded-experiment.ts';

/** The experiments of a configuration, as the store keeps them. */
export function definitionsOf({ services }: Pick<Config, 'services'>): ExperimentDefinition[] {
  return services.flatMap(({ name: service, experiments }) =>
    experiments.map(({ name: experiment, edition, arms, goals, detect, alpha }) => ({
      ...{ service, experiment, edition, detect, alpha },
      arms: arms.map(({ name: arm, share }) => ({ arm, share })),
      goals: goals.map(({ name: goal, kind }) => ({ goal, kind })),
    })),
  );
}
