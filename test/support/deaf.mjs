// A program that never answers what it is asked.
process.on('message', () => {});
