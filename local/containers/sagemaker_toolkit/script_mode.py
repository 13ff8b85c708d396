"""What training and serving containers have in common."""

import importlib.metadata
import os
import signal
import subprocess
import sys
import tarfile
import threading


class ClientError(Exception):
    """The user's mistake: reported without the toolkit's own traceback."""


def die_with_parent():
    """Ends the whole process group when standard input closes, which is when the local cloud is gone."""

    def watch():
        while os.read(0, 4096):
            pass
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, daemon=True).start()


def isolate():
    """Takes the network from the Python processes that are started from here."""
    for name in list(os.environ):
        # Proxies and package indexes may be on this machine, which is still reached.
        if name.lower().endswith("_proxy") or name.startswith("PIP_"):
            del os.environ[name]
    os.environ["PYTHONPATH"] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "network_isolation")


def isolate_this_process():
    """Takes the network from this process, which started with it."""
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "network_isolation", "sitecustomize.py")
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), {"__name__": "network_isolation"})


def unpack(archive, directory):
    """Unpacks a sourcedir.tar.gz; members outside of the directory are refused."""
    os.makedirs(directory, exist_ok=True)
    try:
        with tarfile.open(archive, "r:*") as tar:
            if hasattr(tarfile, "data_filter"):
                tar.extractall(directory, filter="data")
            else:
                tar.extractall(directory, members=[member for member in tar if is_harmless(member)])
    except (OSError, tarfile.TarError, EOFError) as error:
        raise ClientError("cannot unpack the source archive {}: {}".format(archive, error))


def is_harmless(member):
    parts = member.name.split("/")
    return (member.isfile() or member.isdir()) and not member.name.startswith("/") and ".." not in parts


def install_requirements(code_directory, target):
    """Installs what code/requirements.txt names and the environment lacks; returns the directory to add to the path, or None."""
    requirements = os.path.join(code_directory, "requirements.txt")
    if not os.path.exists(requirements) or is_satisfied(requirements):
        return None
    command = [sys.executable, "-m", "pip", "install", "--target", target, "--disable-pip-version-check", "-r", requirements]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    if result.returncode != 0:
        raise ClientError("InstallRequirementsError: cannot install {}:\n{}".format(requirements, result.stderr[-2000:]))
    return target


def is_satisfied(requirements):
    from packaging.requirements import InvalidRequirement, Requirement

    with open(requirements, encoding="utf-8") as file:
        lines = [line.split(" #")[0].strip() for line in file]
    for line in lines:
        if not line or line.startswith("#"):
            continue
        try:
            requirement = Requirement(line)
            if requirement.marker is not None and not requirement.marker.evaluate():
                continue
            if not requirement.specifier.contains(importlib.metadata.version(requirement.name), prereleases=True):
                return False
        except (InvalidRequirement, importlib.metadata.PackageNotFoundError):
            return False
    return True
