// A reader of the library with Apollo's own client: `node client.mjs FOLDER ORIGIN`, where FOLDER has @apollo/client.
import { createRequire } from 'node:module';

const [installed, origin] = process.argv.slice(2);
const { ApolloClient, gql, HttpLink, InMemoryCache } = createRequire(`${installed}/`)('@apollo/client/core');

const client = new ApolloClient({
  link: new HttpLink({ uri: origin, fetch }),
  cache: new InMemoryCache(),
  defaultOptions: { query: { errorPolicy: 'all', fetchPolicy: 'no-cache' }, mutate: { errorPolicy: 'all' } },
});

// The client rejects what comes with an error status.
const ask = (text, variables = {}) => client.query({ query: gql(text), variables }).catch(() => {});

await ask('query Books { books { id title pages } }');
await ask('query Book($id: ID!) { book(id: $id) { title } }', { id: '2' });
await ask('query Book($id: ID!) { book(id: $id) { title } }', {});
await ask('query First($n: Int) { books(first: $n) { title } }', { n: 'x' });
await ask('query Broken { broken }');
await ask('query Nothing { nothing }');
await client.mutate({ mutation: gql('mutation Rename { rename(id: 1, title: "x") { title } }') });
