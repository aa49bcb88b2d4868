import { loadConfig } from '../app/load-config.ts';
import { Understudy } from '../app/understudy.ts';
import { descriptorLimit } from '../config/descriptor-limit.ts';
import type { EmptyFile, LoadResult } from '../config/load.ts';
import { onlyNewWarnings } from '../config/new-warnings.ts';
import { formatProblem } from '../config/problem.ts';
import type { ReadFile } from '../config/read-file.ts';
import { ConfigFiles } from '../config/watch.ts';
import { version } from '../lib/version.ts';
import { UnderstudyError } from '../model/errors.ts';
import { parseServeArguments, SERVE_USAGE } from './arguments.ts';
import { endAtOnce } from './end.ts';
import { EXIT } from './exit.ts';
import { wrongUsage } from './flags.ts';
import type { Io } from './io.ts';
import { ProgramLog } from './program-log.ts';
import { onSignals } from './signals.ts';

/** Runs the proxy until it is told to stop. Resolves to the exit code. */
export async function serve(argv: readonly string[], io: Io): Promise<number> {
  let args: ReturnType<typeof parseServeArguments>;
  try {
    args = parseServeArguments(argv);
  } catch (error) {
    io.stderr.write(wrongUsage('serve', error as Error));
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
      const surroundings = { env: io.env, descriptorLimit: descriptorLimit() };
      return run((read) => loadConfig({ ...input, ...surroundings, ...read }), io);
    }
  }
}

interface Reading {
  readonly readFile: ReadFile;
  readonly emptyFile: EmptyFile;
}

async function run(loadWith: (reading: Reading) => LoadResult, io: Io): Promise<number> {
  const files = new ConfigFiles();
  const load = (emptyFile: EmptyFile) => files.load((readFile) => loadWith({ readFile, emptyFile }));
  const loaded = load('defaults');
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  for (const problem of problems) io.stderr.write(`${loaded.ok ? 'warning: ' : ''}${formatProblem(problem)}\n`);
  if (!loaded.ok) return EXIT.usage;
  const { config } = loaded;
  const withoutTold = onlyNewWarnings(loaded);
  const log = new ProgramLog(config.log);
  const { promise: stopped, resolve: end } = Promise.withResolvers<number>();
  let understudy: Understudy | undefined;
  let hungUp = false;
  const onHangUp = () => {
    understudy?.reopenAccessLog();
    void understudy?.reload();
  };
  onSignals({
    stop: (how) => {
      files.close();
      if (understudy === undefined) end(EXIT.interrupted);
      else void stop(understudy, how, log).then(end);
    },
    abort: () => {
      log.sayAside('ended at once by a second signal: exchanges in flight were cut, the last results are lost');
      void log.flush().then(() => endAtOnce(EXIT.interrupted));
    },
    hangUp: () => {
      hungUp = true;
      onHangUp();
    },
  });
  try {
    const starting = Understudy.start({
      config,
      load: () => withoutTold(load('unfinished')),
      log: log.logger,
      logLinesLost: () => log.lost,
    });
    const first = await Promise.race([starting, stopped]);
    if (typeof first === 'number') return first;
    understudy = first;
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error;
    io.stderr.write(`${error.message}\n`);
    return EXIT.usage;
  }
  const running = understudy;
  files.watch(() => void running.reload());
  // A stop that was requested during the start.
  if (hungUp) onHangUp();
  return stopped;
}

/** Resolves to the exit code. If work of a thread hangs, for which an ordinary exit would wait, it does not return. */
async function stop(understudy: Understudy, how: 'gently' | 'now', log: ProgramLog): Promise<number> {
  const left = await understudy.stop(how);
  const lines = await log.flush();
  if (left === 'threads' || lines === 'late') endAtOnce(EXIT.good);
  return EXIT.good;
}
