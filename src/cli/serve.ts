import { loadConfig } from '../app/load-config.ts';
import { Understudy } from '../app/understudy.ts';
import type { LoadResult } from '../config/load.ts';
import { formatProblem } from '../config/problem.ts';
import type { ReadFile } from '../config/read-file.ts';
import { ConfigFiles } from '../config/watch.ts';
import { createLogger } from '../lib/log.ts';
import { UnderstudyError } from '../model/errors.ts';
import { parseServeArguments, SERVE_USAGE } from './arguments.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { onStopSignal } from './signals.ts';
import { version } from './version.ts';

/** Runs the proxy until it is told to stop. Resolves to the exit code. */
export async function serve(argv: readonly string[], io: Io): Promise<number> {
  let args: ReturnType<typeof parseServeArguments>;
  try {
    args = parseServeArguments(argv);
  } catch (error) {
    io.stderr.write(`${(error as Error).message}\n\n${SERVE_USAGE}`);
    return EXIT.usage;
  }
  switch (args.kind) {
    case 'help':
      io.stdout.write(SERVE_USAGE);
      return EXIT.good;
    case 'version':
      io.stdout.write(`${version()}\n`);
      return EXIT.good;
    case 'serve': {
      const { input } = args;
      return run((readFile) => loadConfig({ ...input, env: io.env, readFile }), io);
    }
  }
}

async function run(loadWith: (readFile: ReadFile) => LoadResult, io: Io): Promise<number> {
  const files = new ConfigFiles();
  const load = () => files.load(loadWith);
  const loaded = load();
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  for (const problem of problems) io.stderr.write(`${loaded.ok ? 'warning: ' : ''}${formatProblem(problem)}\n`);
  if (!loaded.ok) return EXIT.usage;
  const { config } = loaded;
  const { promise: stopped, resolve: end } = Promise.withResolvers<number>();
  let understudy: Understudy | undefined;
  onStopSignal(
    (how) => {
      files.close();
      if (understudy === undefined) end(EXIT.interrupted);
      else void understudy.stop(how).then(() => end(EXIT.good));
    },
    () => {
      io.stderr.write('ended at once by a second signal: what was under way is cut, the last results are lost\n');
      end(EXIT.interrupted);
    },
  );
  try {
    const starting = Understudy.start({ config, load, log: createLogger(config.log) });
    const first = await Promise.race([starting, stopped]);
    if (typeof first === 'number') return first;
    understudy = first;
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const running = understudy;
  process.on('SIGHUP', () => {
    running.reopenAccessLog();
    void running.reload();
  });
  files.watch(() => void running.reload());
  return stopped;
}
