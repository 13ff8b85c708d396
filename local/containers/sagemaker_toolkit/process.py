"""Runs the command of a processing job; ends with its exit code."""

import signal
import subprocess
import sys

from script_mode import die_with_parent


def main():
    die_with_parent()
    run(sys.argv[1:])


def run(command):
    """Runs a command, and ends with its exit code."""
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    except OSError as error:
        print("cannot start {}: {}".format(command[0], error.strerror), file=sys.stderr)
        sys.exit(127)
    # The command got the signal too and may use the time it has to save its work.
    signal.signal(signal.SIGTERM, lambda *_: None)
    code = process.wait()
    sys.exit(code if code >= 0 else 128 - code)


if __name__ == "__main__":
    main()
