// A process that writes its id into the file that it is given, and ends when it is left alone.
import { appendFileSync } from 'node:fs';

appendFileSync(process.argv[2], `${process.pid}\n`);
process.on('message', () => {});
process.on('disconnect', () => process.exit());
