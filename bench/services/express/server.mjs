// A small shop on express: `node server.mjs FOLDER PORT`, where FOLDER has the version of express in its node_modules.
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const [installed, port] = process.argv.slice(2);
const express = createRequire(`${installed}/`)('express');

const app = express();
app.use('/files', express.static(fileURLToPath(new URL('files', import.meta.url))));
app.use(express.json());
app.use(express.urlencoded());

const products = [
  { id: 1, name: 'Teapot', price: 24.5, tags: ['kitchen'] },
  { id: 2, name: 'Kettle', price: 39, tags: ['kitchen', 'steel'] },
];

app.get('/products', (_request, response) => response.json(products));
app.get('/products/:id', (request, response, next) => {
  const product = products.find(({ id }) => String(id) === request.params.id);
  if (product === undefined) next();
  else response.json(product);
});
app.get('/search', (request, response) => response.json({ asked: request.query }));
app.get('/host', (request, response) => response.json({ host: request.host, hostname: request.hostname }));
app.get('/back', (_request, response) => response.redirect('back'));
app.get('/old', (_request, response) => response.redirect(301, '/products'));
app.get('/logout', (_request, response) => response.clearCookie('basket', { maxAge: 60_000, path: '/' }).send('bye'));
app.get('/broken', () => {
  throw new Error('out of stock');
});
app.post('/echo', (request, response) => response.json({ got: request.body ?? null }));

app.listen(Number(port), '127.0.0.1');
