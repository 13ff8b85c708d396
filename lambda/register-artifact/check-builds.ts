import { RegistrationRefusedError } from './registration-refused-error';

/** What a file of an archive was built for. */
interface Build {
  readonly path: string;
  /** Such as `3.11`; undefined if it runs on any. */
  readonly python?: string | undefined;
  /** Undefined if it is Linux, or any. */
  readonly system?: 'macOS' | 'Windows' | undefined;
}

/**
 * Whether compiled modules and wheels of an archive run in the container that serves it.
 *
 * @param paths of all files of the archive
 * @param image URI of the container's image
 * @throws RegistrationRefusedError if one was built for another Python or system
 */
export function checkBuilds(paths: readonly string[], uri: string, image: string): void {
  const python = pythonOf(image);
  const sources = new Set(paths);
  const builds = paths.flatMap((path) => buildOf(path, sources) ?? []);
  const wrong = builds.find(
    (build) =>
      build.system !== undefined ||
      (build.python !== undefined && python !== undefined && build.python !== python),
  );
  if (!wrong) return;
  const builtFor = [
    ...(wrong.python === undefined ? [] : [`Python ${wrong.python}`]),
    ...(wrong.system === undefined ? [] : [wrong.system]),
  ].join(' on ');
  throw new RegistrationRefusedError(
    `${uri} has ${wrong.path}, which is built for ${builtFor}, and the container has ${python === undefined ? '' : `Python ${python} on `}Linux: vendor packages that are built for it, such as with "pip install --target code --platform manylinux2014_x86_64 --only-binary=:all: --python-version ${python ?? '<of the container>'} <packages>", and compiled modules with their sources`,
  );
}

/**
 * Python of an AWS image, by its tag, such as `2.6.0-cpu-py312-ubuntu22.04-sagemaker`; undefined if the tag
 * does not tell. That of the scikit-learn image `1.2-1` is what the image itself reports.
 */
function pythonOf(image: string): string | undefined {
  const [, minor] = /-py3(\d{1,2})(?:-|$)/.exec(image) ?? [];
  if (minor !== undefined) return `3.${minor}`;
  return /sagemaker-scikit-learn:1\.2-1-/.test(image) ? '3.9' : undefined;
}

function buildOf(path: string, all: ReadonlySet<string>): Build | undefined {
  // Of extension modules, PEP 3149 and PEP 720: <name>.cpython-311-x86_64-linux-gnu.so,
  // <name>.cp311-win_amd64.pyd
  const extension = /\.(?:cpython-3|cp3)(\d{1,2})-([\w-]+)\.(?:so|pyd)$/.exec(path);
  if (extension) return { path, python: `3.${extension[1]}`, system: systemOf(extension[2] as string) };
  // Of wheels, PEP 425: <name>-<version>-cp311-cp311-<platform>.whl; abi3 is of later versions, too.
  const wheel = /-(?:cp3(\d{1,2})|py\d[\w.]*)-(\w+)-([\w.]+)\.whl$/.exec(path);
  if (wheel) {
    const [, minor, abi, platform] = wheel;
    return {
      path,
      python: minor === undefined || abi === 'abi3' ? undefined : `3.${minor}`,
      system: systemOf(platform as string),
    };
  }
  // PEP 3147: the cache of a source beside it is rewritten, but without the source there is nothing else.
  const [, folder, name, minor] =
    /^(.*)__pycache__\/([^/]+)\.cpython-3(\d{1,2})(?:\.opt-\d)?\.pyc$/.exec(path) ?? [];
  if (minor === undefined || all.has(`${folder}${name}.py`)) return undefined;
  return { path, python: `3.${minor}` };
}

function systemOf(platform: string): Build['system'] {
  if (/darwin|macosx/.test(platform)) return 'macOS';
  return /win/.test(platform) ? 'Windows' : undefined;
}
