/**
 * Node's own HTTP. An `import` of it takes all that it exports, and to take `WebSocket` loads undici: several megabytes
 * that nobody needs.
 */
export const { createServer, get, METHODS, STATUS_CODES } = process.getBuiltinModule('node:http');
