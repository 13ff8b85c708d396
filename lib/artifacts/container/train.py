"""Entry point of a training job, packed beside the user's scripts: prepares what serves the model, then becomes the user's script.

What serves a model is decided here, where there is a network and the image's own Python, and never again: the scripts and the
packages that the image lacks go into the model's archive, so that a container of it starts without a package index.
"""

import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

OWN = os.path.dirname(os.path.abspath(__file__))
SOURCE = os.path.dirname(OWN)

# What pip would take for the build of the user's folder, when the serving container installs that. A training container that
# installs the folder has written some of them.
BUILD_FILES = {"setup.py", "setup.cfg", "pyproject.toml", "MANIFEST.in"}

# What a folder of packages holds of their versions, and the model of those that only its training had.
LOCK = "requirements.lock"
TRAINING_LOCK = "requirements-training.lock"

# Needs nothing but this folder: pip fetches setuptools for any other build.
PYPROJECT = """[build-system]
requires = []
build-backend = "serving_build"
backend-path = ["{}"]
"""


def main():
    with open(os.path.join(OWN, "settings.json"), encoding="utf-8") as file:
        settings = json.load(file)
    os.chdir(SOURCE)
    packages = os.path.join(OWN, "packages")
    install(settings["requirements"], packages)
    if is_first_host():
        add_serving_code(os.path.join(os.environ["SM_MODEL_DIR"], "code"), packages, settings)
    become(settings["script"], [packages] if os.path.isdir(packages) else [])


def install(requirements, target):
    """Installs what the requirements name and the image lacks, with all that those need; and writes a lock of it."""
    if not os.path.isfile(requirements):
        return
    missing = resolve(requirements)
    for item in missing:
        name, version = item["metadata"]["name"], item["metadata"]["version"]
        present = installed_version(name)
        if present is not None:
            print("model-pipeline: {} replaces {} {} of the image by {}".format(requirements, name, present, version))
    if not missing:
        return
    lines = [locked(item) for item in missing]
    # pip wants hashes of all or of none; a repository has none.
    if not all(hashes for _, hashes in lines):
        lines = [(requirement, []) for requirement, _ in lines]
    lock = "".join(" ".join([requirement] + hashes) + "\n" for requirement, hashes in sorted(lines))
    # Beside the requirements, which the paths of their options are relative to.
    with open(requirements + ".lock", "w", encoding="utf-8") as file:
        file.write("".join(option + "\n" for option in index_options(requirements)) + lock)
    pip("install", "--no-deps", "--no-compile", "--target", target, "--requirement", file.name)
    os.remove(file.name)
    # Without the options, which may hold a password.
    with open(os.path.join(target, LOCK), "w", encoding="utf-8") as file:
        file.write(lock)


def index_options(requirements):
    """The lines that say where pip finds packages: `--index-url`, `--find-links`, ..."""
    options = []
    with open(requirements, encoding="utf-8") as file:
        for line in map(str.strip, file):
            included = re.match(r"(?:-r|--requirement)[ =]*(.+)", line)
            if included:
                options += index_options(os.path.join(os.path.dirname(requirements), included.group(1).strip()))
            elif line.startswith("-") and not re.match(r"-c|--constraint|-e|--editable", line):
                options.append(line)
    return options


def resolve(requirements):
    with tempfile.TemporaryDirectory() as directory:
        report = os.path.join(directory, "report.json")
        pip("install", "--dry-run", "--report", report, "--requirement", requirements)
        with open(report, encoding="utf-8") as file:
            return json.load(file)["install"]


def locked(item):
    """A line of a requirements file that names exactly what pip found (PEP 610), and its hashes."""
    name, download = item["metadata"]["name"], item["download_info"]
    if "vcs_info" in download:
        repository = download["vcs_info"]
        return "{} @ {}+{}@{}".format(name, repository["vcs"], download["url"], repository["commit_id"]), []
    if item["is_direct"]:
        return "{} @ {}".format(name, download["url"]), []
    archive = download.get("archive_info", {})
    # pip 22 has one hash, newer ones have several.
    hashes = archive.get("hashes") or dict([archive["hash"].split("=", 1)] if "hash" in archive else [])
    options = ["--hash={}:{}".format(*pair) for pair in sorted(hashes.items())]
    return "{}=={}".format(name, item["metadata"]["version"]), options


def pip(*arguments):
    command = [sys.executable, "-m", "pip"] + list(arguments) + ["--quiet", "--disable-pip-version-check"]
    result = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, universal_newlines=True)
    sys.stderr.write(result.stderr)
    if result.returncode != 0:
        sys.exit("model-pipeline: cannot install the packages that the scripts need: pip {}".format(" ".join(arguments)))


def installed_version(name):
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def is_first_host():
    """Of several, for SageMaker puts what they leave into one archive."""
    hosts = json.loads(os.environ.get("SM_HOSTS", "[]"))
    return not hosts or os.environ.get("SM_CURRENT_HOST") == sorted(hosts)[0]


def add_serving_code(code, packages, settings):
    """Puts the scripts, the packages that they need and a build that needs no network into the model."""
    left_out = BUILD_FILES | {settings["requirements"], settings["servingRequirements"], os.path.basename(OWN)}
    for name in sorted(set(os.listdir(SOURCE)) - left_out):
        copy(os.path.join(SOURCE, name), os.path.join(code, name))
    own = os.path.join(code, os.path.basename(OWN))
    os.makedirs(own, exist_ok=True)
    shutil.copyfile(os.path.join(OWN, "serving_build.py"), os.path.join(own, "serving_build.py"))
    with open(os.path.join(code, "pyproject.toml"), "w", encoding="utf-8") as file:
        file.write(PYPROJECT.format(os.path.basename(OWN)))
    target = os.path.join(code, settings["servingPackages"])
    if os.path.isfile(settings["servingRequirements"]):
        install(settings["servingRequirements"], target)
        lock = os.path.join(packages, LOCK)
        if os.path.isfile(lock):
            copy(lock, os.path.join(own, TRAINING_LOCK))
    elif os.path.isdir(packages):
        copy(packages, target)


def copy(source, target):
    if not os.path.isdir(source):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(source, target)
    elif os.path.basename(source) != "__pycache__":
        for name in sorted(os.listdir(source)):
            copy(os.path.join(source, name), os.path.join(target, name))


def become(script, paths):
    """The user's script in the place of this process, so that signals and exit codes are its own."""
    environment = dict(os.environ, SM_USER_ENTRY_POINT=script, SM_MODULE_NAME=os.path.splitext(script)[0])
    known = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path]
    environment["PYTHONPATH"] = os.pathsep.join(paths + known)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(sys.executable, [sys.executable, script] + sys.argv[1:], environment)


if __name__ == "__main__":
    main()
