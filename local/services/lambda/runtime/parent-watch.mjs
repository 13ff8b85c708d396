/**
 * Ends this process and those that it started when its standard input closes: that is when the local cloud is gone,
 * even if it had no time to end its processes.
 */
export function endWithParent() {
  process.stdin.on('end', die).on('error', die).resume();
  // An event loop that has nothing else to do is empty all the same.
  process.stdin.unref();
}

function die() {
  try {
    process.kill(-process.pid, 'SIGKILL');
  } catch {
    process.exit(1);
  }
}
