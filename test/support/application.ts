import { fork } from 'node:child_process';
import { join } from 'node:path';
import { certificateFile } from './certificates.ts';
import { afterThisTest } from './cleanup.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** A server in a process of its own, such as those of test/fixtures/applications. */
export interface Application {
  /** 0 where it listens on a Unix socket. */
  readonly port: number;
  readonly socketPath: string | undefined;
  /** As a configuration names it. */
  readonly target: string | object;
  /** What it told so far, in order. */
  readonly messages: readonly Message[];
  /** Resolves when it has told that many messages that satisfy the condition, from its start on. */
  told(condition: (message: Message) => boolean, count?: number): Promise<void>;
  /** Tells it something that it understands. */
  tell(message: object): void;
}

export interface Message {
  readonly port?: number;
  /** `GET /path`: what reached it from a client, or from the primary's side of a proxy. */
  readonly request?: string;
  /** The same, of a copy. */
  readonly copy?: string;
  /** A request, or a copy, whose client has gone before the answer was complete. */
  readonly aborted?: string;
  /** The path of a request that is not answered yet, as it is meant. */
  readonly waiting?: string;
  /** The path of a client that has gone. */
  readonly left?: string;
}

/** How an application, and whoever asks it, are connected. */
export type Transport = 'tcp' | 'tls' | 'unix';

/** `module`: a file that serves by serve.mjs of test/fixtures/applications. */
export async function startApplication(module: URL, transport: Transport = 'tcp'): Promise<Application> {
  const socketPath = transport === 'unix' ? join(temporaryDirectory(), 'application.sock') : undefined;
  const tls =
    transport === 'tls' ? { cert: certificateFile('local'), key: certificateFile('local', 'key') } : undefined;
  const child = fork(module, [JSON.stringify({ socketPath, tls })]);
  afterThisTest(() => child.kill('SIGKILL'));
  const messages: Message[] = [];
  const looks: (() => void)[] = [];
  child.on('message', (message: Message) => {
    messages.push(message);
    for (const look of looks) look();
  });
  const told = (condition: (message: Message) => boolean, count = 1) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (messages.filter(condition).length >= count) resolve();
      };
      looks.push(look);
      child.once('exit', (code) => reject(new Error(`the application ended (${code}) first`)));
      look();
    });
  await told((message) => message.port !== undefined);
  const port = messages[0]!.port!;
  const url = socketPath === undefined ? `http://127.0.0.1:${port}` : `unix:${socketPath}`;
  const target = tls ? { url: `https://localhost:${port}`, tls: { ca: certificateFile('ca') } } : url;
  return { port, socketPath, target, messages, told, tell: (message: object) => void child.send(message) };
}
