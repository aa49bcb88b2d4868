import type { ServiceConfig } from '../config/types.ts';
import { DEFAULT_SERVICE } from '../model/service.ts';

type Shown = Readonly<Record<string, string>>;

/** The addresses of the targets, for the log. By service, where the configuration names services. */
export function targetsShown(
  services: readonly ServiceConfig[],
): Shown | { readonly services: Readonly<Record<string, Shown>> } {
  const [first] = services;
  if (services.length === 1 && first!.name === DEFAULT_SERVICE) return urlsOf(first!);
  return { services: Object.fromEntries(services.map((service) => [service.name, urlsOf(service)])) };
}

function urlsOf({ primary, shadow, control, experiments }: ServiceConfig): Shown {
  const arms = experiments.flatMap(({ name, arms }) =>
    arms.flatMap((arm) => (arm.target === undefined ? [] : [[`${name}=${arm.name}`, arm.target.url] as const])),
  );
  return {
    primary: primary.url,
    ...(shadow && { shadow: shadow.url }),
    ...(control && { control: control.url }),
    ...Object.fromEntries(arms),
  };
}
