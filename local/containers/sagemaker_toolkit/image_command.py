"""Runs the command of an image that was built here; ends with its exit code."""

import argparse
import os

from process import run
from script_mode import die_with_parent, isolate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--network-isolation", action="store_true")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    arguments = parser.parse_args()
    die_with_parent()
    own_path = os.environ.pop("PYTHONPATH", "")
    if arguments.network_isolation:
        isolate()
    container_port = os.path.join(os.path.dirname(os.path.abspath(__file__)), "container_port")
    paths = [container_port, os.environ.get("PYTHONPATH", ""), own_path]
    os.environ["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
    run(arguments.command)


if __name__ == "__main__":
    main()
