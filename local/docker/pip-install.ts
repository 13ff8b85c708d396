import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ensureLibraries } from '../containers/library-environment';
import { DockerfileError } from './dockerfile';

/** One `pip install` of a Dockerfile. */
export interface PipInstall {
  /** What follows `pip install`. */
  readonly arguments: readonly string[];
  /** Where it runs, below the image's root. */
  readonly directory: string;
}

/** Options of `pip install`, by how many values follow them. Other ones are refused by name. */
const OPTIONS: Readonly<Record<string, number>> = {
  '-r': 1,
  '--requirement': 1,
  '-c': 1,
  '--constraint': 1,
  '-i': 1,
  '--index-url': 1,
  '--extra-index-url': 1,
  '-U': 0,
  '--upgrade': 0,
  '--pre': 0,
  '-q': 0,
  '--quiet': 0,
  '--no-cache-dir': 0,
  '--no-input': 0,
  '--disable-pip-version-check': 0,
};
const FILES = ['-r', '--requirement', '-c', '--constraint'];
const INDEXES: Readonly<Record<string, string>> = {
  '-i': '--index-url',
  '--index-url': '--index-url',
  '--extra-index-url': '--extra-index-url',
};
const WAY_OUT =
  'the local cloud runs containers as Python processes, and carries out "RUN pip install" only: install packages of an index, or try the image on AWS';

/**
 * The installations of a RUN instruction.
 *
 * @param commands words of each
 * @param root the image's files, for paths that begin there
 * @throws DockerfileError for any other command, which is named
 */
export function pipInstalls(
  commands: readonly (readonly string[])[],
  root: string,
  directory: string,
): PipInstall[] {
  return commands.map((words) => {
    const pip = PIP_INSTALL.find((begin) => begin.every((word, index) => words[index] === word));
    if (!pip) throw new DockerfileError(`RUN ${words.join(' ')}: ${WAY_OUT}`);
    return { directory, arguments: checked(words.slice(pip.length), root, directory) };
  });
}

const PIP_INSTALL = [
  ['pip', 'install'],
  ['pip3', 'install'],
  ['python', '-m', 'pip', 'install'],
  ['python3', '-m', 'pip', 'install'],
];

function checked(given: readonly string[], root: string, directory: string): string[] {
  const result: string[] = [];
  const words = given.flatMap((word) => (/^--[\w-]+=/.test(word) ? splitOnce(word) : [word]));
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    if (!word.startsWith('-')) {
      if (/^[./]|\/|\.whl$|^git\+/.test(word)) {
        throw new DockerfileError(
          `RUN pip install ${word}: ${WAY_OUT}. Code that is copied can be imported from WORKDIR without it`,
        );
      }
      result.push(word);
      continue;
    }
    const values = OPTIONS[word];
    if (values === undefined) throw new DockerfileError(`RUN pip install ${word}: ${WAY_OUT}`);
    // The cache is no part of the image.
    if (word !== '--no-cache-dir') result.push(word);
    if (values === 0) continue;
    index++;
    const value = words[index];
    if (value === undefined) throw new DockerfileError(`RUN pip install: ${word} has no value`);
    if (!FILES.includes(word)) {
      result.push(value);
      continue;
    }
    const file = value.startsWith('/') ? join(root, value) : join(root, directory, value);
    if (!existsSync(file))
      throw new DockerfileError(`RUN pip install ${word} ${value}: no such file yet; COPY it before`);
    result.push(file);
  }
  return result;
}

function splitOnce(word: string): string[] {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
}

/**
 * The versions that pip chooses for all installations together, as a requirements file.
 *
 * @param pythonVersion of the image, such as `3.12`
 * @throws DockerfileError if pip finds none, or a package comes from a folder or an address
 */
export async function resolvedRequirements(
  installs: readonly PipInstall[],
  root: string,
  pythonVersion: string,
  onProgress: (line: string) => void,
): Promise<string> {
  if (installs.length === 0) return '';
  const { python } = await ensureLibraries({
    name: 'without libraries',
    requirements: () => '',
    preferred: pythonVersion,
    onProgress,
  });
  const given = installs.flatMap((install) => install.arguments);
  const shown = `pip install ${given.join(' ').replaceAll(root, '')}`;
  onProgress(`choosing versions: ${shown}`);
  // On its standard output, pip colors it when a terminal is expected.
  const report = join(dirname(root), `${basename(root)}.report.json`);
  const options = ['--dry-run', '--ignore-installed', '--quiet', '--disable-pip-version-check', '--no-input'];
  try {
    await promisify(execFile)(python, ['-m', 'pip', 'install', ...options, '--report', report, ...given], {
      cwd: join(root, installs.at(-1)?.directory ?? '/'),
    }).catch((error: Error & { stderr?: string }) => {
      throw new DockerfileError(`RUN ${shown} failed: ${error.stderr || error.message}`);
    });
    return requirementsOf(JSON.parse(await readFile(report, 'utf8')) as PipReport, given);
  } finally {
    await rm(report, { force: true });
  }
}

function requirementsOf({ install }: PipReport, given: readonly string[]): string {
  const direct = install.find(({ is_direct }) => is_direct);
  if (direct) {
    throw new DockerfileError(
      `RUN pip install of ${direct.metadata.name} from ${direct.download_info.url}: ${WAY_OUT}`,
    );
  }
  const indexes = given.flatMap((word, index) =>
    INDEXES[word] ? [`${INDEXES[word]} ${given[index + 1]}`] : [],
  );
  const pins = install.map(({ metadata: { name, version } }) => `${name}==${version}`).sort();
  return [...indexes, ...pins].map((line) => `${line}\n`).join('');
}

/** https://pip.pypa.io/en/stable/reference/installation-report/ */
interface PipReport {
  readonly install: readonly {
    readonly metadata: { readonly name: string; readonly version: string };
    readonly is_direct: boolean;
    readonly download_info: { readonly url: string };
  }[];
}
