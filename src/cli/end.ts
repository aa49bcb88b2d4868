/**
 * Ends the process even if work of its threads hangs. An ordinary exit joins libuv's threads, and so waits for a
 * look-up or a write that hangs. So another program replaces this one, and ends with its exit code.
 */
export function endAtOnce(code: number): never {
  try {
    return process.execve!(process.execPath, [process.execPath, '--eval', `process.exit(${code})`], {});
  } catch {
    process.kill(process.pid, 'SIGKILL');
    throw new Error('killed');
  }
}
