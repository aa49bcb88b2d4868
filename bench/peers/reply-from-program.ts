/** @fastify/reply-from as its own readme sets it up. Arguments: paths of it and of fastify, port, primary port. */
import { createRequire } from 'node:module';

/** As much of Fastify's interface as is used. */
interface Fastify {
  register(plugin: unknown, options: unknown): void;
  addContentTypeParser(type: string, parser: (request: unknown, body: unknown, done: Done) => void): void;
  all(path: string, handler: (request: { readonly url: string }, reply: Reply) => void): void;
  listen(options: { readonly host: string; readonly port: number }): Promise<unknown>;
}
interface Reply {
  from(path: string): void;
}
type Done = (error: null, body: unknown) => void;

const require = createRequire(import.meta.url);
const [replyFrom, fastify, port, primary] = process.argv.slice(2);
const server = (require(fastify!) as () => Fastify)();
server.register(require(replyFrom!), { base: `http://127.0.0.1:${primary}` });
// Bodies are handed on as streams.
server.addContentTypeParser('*', (_, body, done) => done(null, body));
server.all('/*', (request, reply) => reply.from(request.url));
await server.listen({ host: '127.0.0.1', port: Number(port) });
