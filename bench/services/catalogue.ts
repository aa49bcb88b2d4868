import { apolloServer } from './apollo-server/service.ts';
import { datasette } from './datasette/service.ts';
import { express } from './express/service.ts';
import { fastapi } from './fastapi/service.ts';
import { goHttpbin } from './go-httpbin/service.ts';
import { jsonServer } from './json-server/service.ts';
import { pypiserver } from './pypiserver/service.ts';
import { serve } from './serve/service.ts';
import type { Service } from './service.ts';
import { verdaccio } from './verdaccio/service.ts';

/** In the order in which they are named. */
export const SERVICES: readonly Service[] = [
  apolloServer,
  datasette,
  express,
  fastapi,
  goHttpbin,
  jsonServer,
  pypiserver,
  serve,
  verdaccio,
];
