import { formatDuration } from '../lib/duration.ts';
import { formatSize } from '../lib/size.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';
import { collide, formatAddress, isLoopback } from './address.ts';
import { checkServices } from './check-services.ts';
import type { Rule } from './compare-types.ts';
import { covers } from './covers.ts';
import { quote } from './quote.ts';
import { MEMORY } from './store-url.ts';
import type { Path } from './tree.ts';
import type { Config, Route } from './types.ts';
import type { Findings, Written } from './written.ts';

/** Checks that involve several options, or today's date. */
export function crossCheck(config: Config, written: Written): Findings {
  const findings: Findings = { problems: [], warnings: [] };
  checkAddresses(config, written, findings);
  checkListener(config, written, findings);
  checkServices(config, written, findings);
  checkMemory(config, written, findings);
  checkLimits(config, written, findings);
  checkLatches(config, written, findings);
  checkRoutes(config, written, findings);
  checkRules(config, written, findings);
  return findings;
}

function checkAddresses({ listen, admin }: Config, { locate, sound }: Written, { problems }: Findings): void {
  const address = formatAddress(admin);
  if (sound('listen', 'address') && sound('admin', 'address') && collide(admin, listen)) {
    problems.push({
      ...locate(['admin', 'address'], ['listen', 'address']),
      message: `admin.address: the same port as listen; found ${quote(address)} beside ${quote(formatAddress(listen))}; allowed: a port of its own`,
    });
  }
  if (admin.token === undefined && !isLoopback(admin.host) && sound('admin', 'token')) {
    problems.push({
      ...locate(['admin', 'address']),
      code: 'admin_unprotected',
      message: `admin.address: others can reach it, and there is no token; found ${quote(address)}; allowed: a loopback address, or any address with admin.token`,
    });
  }
}

function checkListener({ listen, edges, client }: Config, { locate, sound }: Written, { problems }: Findings): void {
  const onUnixSocket = sound('listen', 'address') && listen.socketPath !== undefined;
  if (onUnixSocket && sound('edges') && edges > 1) {
    problems.push({
      ...locate(['edges'], ['listen', 'address']),
      message: `edges: only one can listen on a Unix socket; found ${edges}; allowed: 1, or auto`,
    });
  }
  if (!client.proxyProtocol) return;
  const option = locate(['client', 'proxyProtocol']);
  if (client.trustedProxies.length === 0 && sound('client', 'trustedProxies')) {
    problems.push({
      ...option,
      message:
        'client.proxyProtocol: no client is trusted to send the header; found "true"; allowed: true together with client.trustedProxies',
    });
  }
  if (onUnixSocket && listen.tls !== undefined) {
    problems.push({
      ...option,
      message:
        'client.proxyProtocol: cannot be used together with TLS on a Unix socket; found "true"; allowed: false, or a port to listen on',
    });
  }
}

/** `held` is more than the memory only where its parts, at their smallest, do not fit. */
function checkMemory({ mirror, memory: { held } }: Config, { locate, sound }: Written, { problems }: Findings): void {
  if (mirror.memory === 'auto' || held <= mirror.memory) return;
  if (!sound('mirror', 'tape') || !sound('mirror', 'buffer') || !sound('edges')) return;
  const parts = `two tapes of ${formatSize(mirror.tape)} and a buffer of ${formatSize(mirror.buffer)} for each edge thread, and the examples`;
  problems.push({
    ...locate(['mirror', 'memory']),
    message: `mirror.memory: too little for what it is divided into: ${parts}; found ${formatSize(mirror.memory)}; allowed: at least ${formatSize(held)}, or a smaller mirror.tape or mirror.buffer`,
  });
}

function checkLimits(
  { mirror, routes, services, shutdown }: Config,
  { locate, name: nameOf, sound }: Written,
  { problems, warnings }: Findings,
): void {
  if (shutdown.deadline < shutdown.grace && sound('shutdown')) {
    problems.push({
      ...locate(['shutdown', 'deadline']),
      message: `shutdown.deadline: earlier than the end of the grace period; found ${formatDuration(shutdown.deadline)}; allowed: at least shutdown.grace, ${formatDuration(shutdown.grace)}`,
    });
  }
  if (!['memory', 'tape', 'buffer', 'maxBody'].every((option) => sound('mirror', option))) return;
  // With several services, each has only a part of the buffer. That may be enough for all but the largest bodies.
  const isDivided = services.some(({ buffer }) => buffer < mirror.buffer);
  const tooLarge = (maxBody: number, path: Path, buffer: number) => {
    if (maxBody <= buffer) return;
    const name = nameOf(path);
    const message = isDivided
      ? `${name}: more than the mirror may hold for one of ${services.length} services, so bodies of this size are skipped; found ${formatSize(maxBody)} beside ${formatSize(buffer)} for each`
      : `${name}: more than the mirror may hold; found ${formatSize(maxBody)}; allowed: at most mirror.buffer, ${formatSize(buffer)}`;
    (isDivided ? warnings : problems).push({ ...locate(path), message });
  };
  const least = Math.min(...services.map(({ buffer }) => buffer));
  tooLarge(mirror.maxBody, ['mirror', 'maxBody'], least);
  for (const [index, route] of configuredAmong(routes).entries()) {
    if (route.mirror.maxBody === mirror.maxBody) continue;
    const { buffer } = services.find(({ name }) => name === route.service) ?? mirror;
    tooLarge(route.mirror.maxBody, ['routes', index, 'mirror', 'maxBody'], buffer);
  }
}

/** A rollback must hold until somebody releases it, and a restart is nobody. */
function checkLatches({ services, store }: Config, { locate, sound }: Written, { warnings }: Findings): void {
  if (store.path !== MEMORY || !sound('store', 'path') || services.every(({ rollout }) => !rollout)) return;
  warnings.push({
    ...locate(['store', 'path']),
    message: `store.path: lost when the process ends, and a rollback with it, so that users come to the candidate again; found ${quote(MEMORY)}`,
  });
}

/** The configured routes in order. The others have names that no configured route may have. */
function configuredAmong(routes: readonly Route[]): readonly Route[] {
  return routes.filter(({ name }) => name !== DEFAULT_ROUTE);
}

function checkRoutes({ routes }: Config, { locate, name }: Written, { problems, warnings }: Findings): void {
  const configured = configuredAmong(routes);
  const names = new Map<string, number>();
  for (const [index, route] of configured.entries()) {
    // Two services may each have a route of this name.
    const known = `${route.service} ${route.name}`;
    const first = names.get(known);
    if (first === undefined) names.set(known, index);
    else {
      problems.push({
        ...locate(['routes', index, 'name']),
        message: `${name(['routes', index])}.name: ${name(['routes', first])} has the same name; found ${quote(route.name)}; allowed: a name of its own`,
      });
    }
    const earlier = configured.slice(0, index).find((other) => covers(other.match, route.match));
    if (earlier !== undefined) {
      warnings.push({
        ...locate(['routes', index]),
        message: `${name(['routes', index])}: never matches, because the earlier route ${quote(earlier.name)} takes all its requests; found ${quote(route.name)}`,
      });
    }
    if (neverCopied(route)) {
      warnings.push({
        ...locate(['routes', index]),
        message: `${name(['routes', index])}: matches no mirrored method, so none of its requests is copied; found ${route.match.methods?.join(', ')}; mirrored: ${route.mirror.methods.join(', ')}`,
      });
    }
  }
}

function neverCopied({ match, mirror, mirrored }: Route): boolean {
  return mirrored && match.methods !== undefined && !match.methods.some((method) => mirror.methods.includes(method));
}

function checkRules({ routes }: Config, written: Written, findings: Findings): void {
  const global = routes.at(-1)!.compare.rules;
  for (const [index, rule] of global.entries()) checkRule(rule, ['compare', 'rules', index], written, findings);
  for (const [at, { compare }] of configuredAmong(routes).entries()) {
    const own = compare.rules.slice(global.length);
    for (const [index, rule] of own.entries()) {
      checkRule(rule, ['routes', at, 'compare', 'rules', index], written, findings);
    }
  }
}

function checkRule(rule: Rule, path: Path, { locate, name, now, tryRule }: Written, findings: Findings): void {
  try {
    tryRule?.(rule);
  } catch (error) {
    findings.problems.push({
      ...locate(path),
      message: `${name(path)}: a rule that cannot be compiled; found ${errorText(error)}; allowed: a rule that the comparison can apply`,
    });
  }
  if (rule.until === undefined || rule.until > now) return;
  const day = new Date(rule.until - 1).toISOString().slice(0, 10);
  findings.warnings.push({
    ...locate([...path, 'until']),
    message: `${name(path)}: expired, so the rule no longer applies; found ${quote(day)}`,
  });
}

function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
