// A small library over GraphQL: `node server.mjs FOLDER PORT`, where FOLDER has apollo-server 3 or @apollo/server 4 in its node_modules.
import { createRequire } from 'node:module';

const [installed, port] = process.argv.slice(2);
const require = createRequire(`${installed}/`);

const typeDefs = `
  type Book { id: ID!, title: String!, pages: Int }
  type Query { books(first: Int): [Book!]!, book(id: ID!): Book, broken: String }
  type Mutation { rename(id: ID!, title: String!): Book }
`;
const books = [
  { id: '1', title: 'The Understudy', pages: 240 },
  { id: '2', title: 'The Prompter', pages: null },
];
const resolvers = {
  Query: {
    books: (_, { first = books.length }) => books.slice(0, first),
    book: (_, { id }) => books.find((book) => book.id === id) ?? null,
    broken: () => {
      throw new Error('the shelf fell down');
    },
  },
  Mutation: { rename: (_, { id, title }) => ({ ...books.find((book) => book.id === id), title }) },
};

// Named by variables, since only one of them is there.
const [three, four] = ['apollo-server', '@apollo/server'];
if (three in require(`${installed}/package.json`).dependencies) {
  const { ApolloServer } = require(three);
  await new ApolloServer({ typeDefs, resolvers }).listen({ port: Number(port), host: '127.0.0.1' });
} else {
  const { ApolloServer } = require(four);
  const { startStandaloneServer } = require(`${four}/standalone`);
  await startStandaloneServer(new ApolloServer({ typeDefs, resolvers }), {
    listen: { port: Number(port), host: '127.0.0.1' },
  });
}
