import type { ComparedTarget } from './compared-targets.ts';
import type { HeaderChanges, Target, TlsIdentity } from './target-types.ts';
import type { Config, ListenConfig, Route } from './types.ts';

const REDACTED = '***';

/** Headers that carry a credential, or are named as though they did. */
const SECRET_NAME = /auth|cookie|token|secret|password|passwd|credential|session|signature|api-?key|(?:^|-)key(?:$|-)/;

/** The configuration as it may be shown: secrets become `***`, and header values where the name says that they are one. */
export function redactConfig(config: Config): Config {
  const { admin, mirror, redact } = config;
  const isSecret = (name: string) => SECRET_NAME.test(name) || redact.headers.includes(name);
  const redactHeaders = ({ set, remove }: HeaderChanges): HeaderChanges => ({
    set: Object.fromEntries(
      Object.entries(set).map(([name, value]) => [name, isSecret(name) ? REDACTED : value] as const),
    ),
    remove,
  });
  const redactTarget = (target: Target): Target => ({
    ...withoutKey(target),
    ...(target.headers && { headers: redactHeaders(target.headers) }),
  });
  return {
    ...config,
    listen: redactListen(config.listen),
    primary: redactTarget(config.primary),
    shadow: redactTarget(config.shadow),
    ...(config.control === undefined ? {} : { control: redactTarget(config.control) }),
    admin: admin.token === undefined ? admin : { ...admin, token: REDACTED },
    mirror: { ...mirror, salt: REDACTED, headers: redactHeaders(mirror.headers) },
    routes: config.routes
      .map(withoutDescriptors)
      .map(withoutSentFields)
      .map((route) => {
        const headers = route.match.headers?.map(({ name, value }) =>
          value !== undefined && isSecret(name)
            ? { name, value: REDACTED }
            : { name, ...(value === undefined ? {} : { value }) },
        );
        return headers === undefined ? route : { ...route, match: { ...route.match, headers } };
      }),
    redact: redact.key === undefined ? redact : { ...redact, key: REDACTED },
  };
}

/** Descriptors are no secret, but may be megabytes, in every route. */
function withoutDescriptors(route: Route): Route {
  const { protobuf } = route.compare;
  if (protobuf === undefined) return route;
  const { file } = protobuf.descriptors;
  return { ...route, compare: { ...route.compare, protobuf: { ...protobuf, descriptors: { file, base64: '' } } } };
}

/** They are shown once, where they are set. */
function withoutSentFields(route: Route): Route {
  const { targets } = route.compare;
  if (targets === undefined) return route;
  const { primary, shadow, control } = targets;
  const bare = (target: ComparedTarget) => ({ ...target, set: {} });
  const shown = { primary: bare(primary), shadow: bare(shadow), ...(control && { control: bare(control) }) };
  return { ...route, compare: { ...route.compare, targets: shown } };
}

function withoutKey(target: Target): Target {
  const { tls } = target;
  if (tls?.identity === undefined) return target;
  return { ...target, tls: { ...tls, identity: redactIdentity(tls.identity) } };
}

function redactListen(listen: ListenConfig): ListenConfig {
  const { tls } = listen;
  if (tls === undefined) return listen;
  const [first, ...others] = tls.identities;
  return { ...listen, tls: { ...tls, identities: [redactIdentity(first), ...others.map(redactIdentity)] } };
}

const redactIdentity = ({ cert }: TlsIdentity): TlsIdentity => ({ cert, key: REDACTED });
