"""Runs a script-mode training job under ROOT/opt/ml, as the SageMaker training toolkit does in its images."""

import argparse
import collections
import json
import os
import shlex
import signal
import subprocess
import sys
import traceback

from script_mode import ClientError, die_with_parent, install_requirements, isolate, unpack

FRAMEWORK_PREFIX = "sagemaker_"
# Which metric a tuning job looks at: for the container, not for the script.
TUNING_METRIC = "_tuning_objective_metric"
ERROR_LINES = 100


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--root", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--toolkit", choices=("sagemaker-training", "sagemaker-containers"), required=True)
    parser.add_argument("--source-archive")
    parser.add_argument("--network-isolation", action="store_true")
    arguments = parser.parse_args()
    die_with_parent()
    if arguments.network_isolation:
        isolate()
    ml = os.path.join(arguments.root, "opt", "ml")
    try:
        train(ml, arguments)
    except ClientError as error:
        sys.exit(fail(ml, str(error)))
    except Exception as error:
        sys.exit(fail(ml, "framework error: \n{}\n{}".format(traceback.format_exc(), error)))
    print("Reporting training SUCCESS", flush=True)


def train(ml, arguments):
    received = read_config(ml, "hyperparameters.json")
    decoded = {name: decode(value) for name, value in received.items()}
    user = {name: value for name, value in decoded.items() if not name.startswith(FRAMEWORK_PREFIX) and name != TUNING_METRIC}
    program = decoded.get("sagemaker_program")
    if not program:
        raise ClientError(
            "the hyperparameter sagemaker_program is missing: it names the script to run. The local cloud trains by a script only, not"
            " by an algorithm that an image has built in"
        )
    submitted = str(decoded.get("sagemaker_submit_directory", ""))
    archive = arguments.source_archive or submitted
    if not archive or archive.startswith("s3://"):
        raise ClientError("there is no local copy of sagemaker_submit_directory '{}'".format(submitted))
    code = os.path.join(ml, "code")
    unpack(archive, code)
    is_module = arguments.toolkit == "sagemaker-containers"
    script = module_name(program).replace(".", "/") + ".py" if is_module else program
    if not os.path.isfile(os.path.join(code, script)):
        raise ClientError("sagemaker_program '{}' is not in the source archive, which has {}".format(program, sorted(os.listdir(code))))

    packages = install_requirements(code, os.path.join(ml, "packages"))
    user_arguments = command_line(user)
    environment = dict(os.environ)
    environment.update(sagemaker_environment(ml, code, program, submitted, arguments.image, decoded, user, user_arguments))
    environment["PYTHONPATH"] = os.pathsep.join(
        path for path in (code, packages, os.environ.get("PYTHONPATH")) if path
    )
    if is_module:
        # _modules.run_module of sagemaker-containers 2.8.6.post2, which does not capture the error stream for these images.
        run([sys.executable, "-m", module_name(program)] + user_arguments, code, environment, "ExecuteUserScriptError:\nCommand {command}")
        return
    if program.endswith(".py"):
        command = [sys.executable, program] + user_arguments
    else:
        command = ["/bin/sh", "-c", " ".join(shlex.quote(part) for part in ["./" + program] + user_arguments)]
    run(command, code, environment, "ExecuteUserScriptError:\nExitCode {code}\nErrorMessage {error}\nCommand {command}")


def module_name(program):
    return program[: -len(".py")] if program.endswith(".py") else program


def run(command, directory, environment, failure):
    print("Invoking script with the following command: {}".format(" ".join(shlex.quote(part) for part in command)), flush=True)
    process = subprocess.Popen(
        command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    # The script got the signal too and may use the time it has to save its work.
    signal.signal(signal.SIGTERM, lambda *_: None)
    tail = collections.deque(maxlen=ERROR_LINES)
    for line in process.stderr:
        sys.stderr.write(line)
        sys.stderr.flush()
        tail.append(line)
    code = process.wait()
    if code != 0:
        error, command = '"{}"'.format("".join(tail).strip()), '"{}"'.format(" ".join(command))
        raise ClientError(failure.format(code=code, error=error, command=command))


def sagemaker_environment(ml, code, program, submitted, image, decoded, user, user_arguments):
    input_data = read_config(ml, "inputdataconfig.json")
    resources = read_config(ml, "resourceconfig.json")
    channels = {name: os.path.join(ml, "input", "data", name) for name in input_data}
    values = {
        "model_dir": os.path.join(ml, "model"),
        "input_dir": os.path.join(ml, "input"),
        "input_config_dir": os.path.join(ml, "input", "config"),
        "output_dir": os.path.join(ml, "output"),
        "output_data_dir": os.path.join(ml, "output", "data"),
        "output_intermediate_dir": os.path.join(ml, "output", "intermediate"),
        "module_dir": submitted or code,
        "module_name": module_name(program),
        "user_entry_point": program,
        "current_host": resources["current_host"],
        "hosts": resources["hosts"],
        "network_interface_name": resources["network_interface_name"],
        "num_cpus": os.cpu_count() or 1,
        "num_gpus": 0,
        "log_level": decoded.get("sagemaker_container_log_level", 20),
        "input_data_config": input_data,
        "resource_config": resources,
    }
    training_env = dict(
        values,
        channel_input_dirs=channels,
        hyperparameters=user,
        job_name=os.environ.get("TRAINING_JOB_NAME", decoded.get("sagemaker_job_name", "")),
        image=image,
    )
    environment = {"SM_" + name.upper(): encode(value) for name, value in values.items()}
    environment.update({"SM_CHANNEL_" + name.upper(): path for name, path in channels.items()})
    environment.update({"SM_HP_" + name.upper(): encode(value) for name, value in user.items()})
    environment.update(
        SM_CHANNELS=json.dumps(sorted(channels)),
        SM_HPS=json.dumps(user),
        SM_USER_ARGS=json.dumps(user_arguments),
        SM_TRAINING_ENV=json.dumps(training_env),
    )
    return environment


def command_line(hyperparameters):
    pairs = [("-" if len(name) == 1 else "--") + name for name in sorted(hyperparameters)]
    return [part for flag, name in zip(pairs, sorted(hyperparameters)) for part in (flag, encode(hyperparameters[name]))]


def decode(value):
    try:
        return json.loads(value)
    except (TypeError, ValueError):
        return value


def encode(value):
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, (dict, list)) else str(value)


def read_config(ml, name):
    with open(os.path.join(ml, "input", "config", name), encoding="utf-8") as file:
        return json.load(file)


def fail(ml, message):
    with open(os.path.join(ml, "output", "failure"), "w", encoding="utf-8") as file:
        file.write(message)
    print("Reporting training FAILURE\n" + message, file=sys.stderr, flush=True)
    return 1


if __name__ == "__main__":
    main()
