"""What training and serving containers have in common."""

import importlib.metadata
import json
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
    if version_of("pip") < (22, 2):
        # It cannot tell what is missing.
        pip(requirements, "--target", target)
        return target
    # With --target, pip installs again what is there, in another version perhaps. The image keeps its own.
    missing = json.loads(pip(requirements, "--dry-run", "--quiet", "--report", "-"))["install"]
    pip(requirements, "--target", target, "--no-deps", found=[package["download_info"]["url"] for package in missing])
    return target


def pip(requirements, *options, found=None):
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check", *options]
    command += ["-r", requirements] if found is None else found
    # Where the image runs pip, too, so that `--find-links wheels` finds what was vendored beside the script.
    result = subprocess.run(
        command, cwd=os.path.dirname(requirements), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    if result.returncode != 0:
        raise ClientError("InstallRequirementsError: cannot install {}:\n{}".format(requirements, result.stderr[-2000:]))
    return result.stdout


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
            if not requirement.specifier.contains(installed_version(requirement.name), prereleases=True):
                return False
        except (InvalidRequirement, importlib.metadata.PackageNotFoundError):
            return False
    return True


def version_of(name):
    return tuple(int(part) for part in importlib.metadata.version(name).split(".")[:2])


def installed_version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        # The same library without its GPU code, which the local cloud installs where there is one.
        return importlib.metadata.version(name + "-cpu")
