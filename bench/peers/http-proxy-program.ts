/**
 * node-http-proxy, or one of those that have its interface, as its own readme sets it up, with kept-alive connections to
 * the primary, which the older ones leave to the user. Arguments: path of the module, port, primary port.
 */
import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import type httpProxy from 'http-proxy';

const [module, port, primary] = process.argv.slice(2);
const { createProxyServer } = createRequire(import.meta.url)(module!) as typeof httpProxy;
const proxy = createProxyServer({
  target: `http://127.0.0.1:${primary}`,
  agent: new Agent({ keepAlive: true, maxSockets: 256 }),
  xfwd: true,
});
proxy.on('error', (error) => console.error(error));
proxy.listen(Number(port), '127.0.0.1');
