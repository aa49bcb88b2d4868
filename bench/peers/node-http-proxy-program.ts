/** node-http-proxy as its own readme sets it up, with the kept-alive upstream connections that it leaves to the user. Arguments: port, primary port. */
import { Agent } from 'node:http';
import httpProxy from 'http-proxy';

const [port, primary] = process.argv.slice(2).map(Number);
const proxy = httpProxy.createProxyServer({
  target: `http://127.0.0.1:${primary}`,
  agent: new Agent({ keepAlive: true, maxSockets: 256 }),
  xfwd: true,
});
proxy.on('error', (error) => console.error(error));
proxy.listen(port!, '127.0.0.1');
