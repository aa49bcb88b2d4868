import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mayMount, onSmallDisk } from '../../test/support/namespaces.ts';
import { Target } from './target.ts';
import { Understudy } from './understudy.ts';

/** Milliseconds for which the deaths of a thread are counted together, and some more. */
const DEATHS_COUNT = 70_000;

const onDiskIfPossible = (folder: string) => (mayMount() ? onSmallDisk(folder, '32m') : []);

/** What the faults are done to: a proxy with its targets, whose store is on a disk of its own where that is possible. */
export class Stage {
  readonly proxy: Understudy;
  readonly primary: Target;
  readonly shadow: Target;
  readonly control: Target;
  readonly folder: string;
  /** The store's folder, as this process sees it. */
  readonly disk: string;
  /** Results of requests up to this number may be missing in the store: a fault took them away. */
  lost = 0;
  /** By thread, when it died. */
  readonly #deaths = new Map<string, readonly number[]>();

  private constructor(
    folder: string,
    targets: Readonly<Record<'primary' | 'shadow' | 'control', Target>>,
    proxy: Understudy,
  ) {
    this.folder = folder;
    this.proxy = proxy;
    this.primary = targets.primary;
    this.shadow = targets.shadow;
    this.control = targets.control;
    this.disk = join(proxy.store, '..');
    process.once('exit', this.#onExit);
  }

  /** @param onDisk the command that starts a program for which a folder is on a disk of its own */
  static async start(onDisk: (folder: string) => readonly string[] = onDiskIfPossible): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'understudy-chaos-'));
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    const targets = { primary: new Target(), shadow: new Target(), control: new Target() };
    const [primary, shadow, control] = await Promise.all([
      targets.primary.listen(),
      targets.shadow.listen(),
      targets.control.listen(),
    ]);
    const proxy = await Understudy.start(folder, { primary, shadow, control }, onDisk(disk));
    return new Stage(folder, targets, proxy);
  }

  /** Counts the death of a thread, unless that would be the third in a minute: then it dies again and again, and rightly counts as broken. */
  mayDie(thread: string): boolean {
    const now = performance.now();
    const latest = (this.#deaths.get(thread) ?? []).filter((at) => at > now - DEATHS_COUNT);
    if (latest.length === 2) return false;
    this.#deaths.set(thread, [...latest, now]);
    return true;
  }

  /** Asks the proxy to end. Returns its exit code, or the signal that ended it. */
  async end(): Promise<number | NodeJS.Signals> {
    const exit = await this.proxy.stop();
    this.clear();
    return exit;
  }

  /** Leaves nothing behind, whatever state the proxy is in. */
  clear(): void {
    process.off('exit', this.#onExit);
    this.proxy.child.kill('SIGKILL');
    for (const target of [this.primary, this.shadow, this.control]) target.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  readonly #onExit = () => this.clear();
}
