import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { ImageConfig } from '../containers/built-image/image-config';
import { copy } from './copy';
import { DockerfileError, execForm, type Instruction, parseDockerfile, wordsOf } from './dockerfile';
import { type PipInstall, pipInstalls, resolvedRequirements } from './pip-install';

export interface ImageBuildOptions {
  /** Folder of the context. */
  readonly context: string;
  /** Name of the Dockerfile, below the context. */
  readonly dockerfile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Of the platform that was asked for, such as `amd64`. */
  readonly architecture: string;
  /** An empty folder, which gets the files of the image. */
  readonly root: string;
  readonly onProgress: (line: string) => void;
}

/** An image's configuration without its layers. */
export type BuiltConfig = Omit<ImageConfig, 'rootfs'>;

/**
 * Builds an image: the files that a Dockerfile copies, the packages that it installs, and how it starts.
 *
 * @throws DockerfileError that names the line which is wrong, or which the local cloud cannot carry out
 */
export async function buildImage(options: ImageBuildOptions): Promise<BuiltConfig> {
  const file = join(options.context, options.dockerfile);
  if (!existsSync(file)) throw new DockerfileError(`there is no ${file}`);
  const instructions = parseDockerfile(readFileSync(file, 'utf8'));
  const build = new ImageBuild(options);
  for (const instruction of instructions) {
    try {
      build.carryOut(instruction);
    } catch (error) {
      if (!(error instanceof DockerfileError)) throw error;
      throw new DockerfileError(`${options.dockerfile}, line ${instruction.line}: ${error.message}`);
    }
  }
  return build.finish();
}

/** Where Docker Hub's own images are published, too. */
const PYTHON_IMAGE =
  /^(?:docker\.io\/library\/|public\.ecr\.aws\/docker\/library\/)?python:(3\.\d+)(?:\.\d+)?(?:-slim)?(?:-(?:bullseye|bookworm|trixie))?$/;

const INITIAL_PATH = '/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin';

/** A build while its instructions are carried out. */
class ImageBuild {
  private python: string | undefined;
  private directory = '/';
  private entrypoint: readonly string[] | undefined;
  private command: readonly string[] | undefined;
  private readonly environment = new Map([['PATH', INITIAL_PATH]]);
  private readonly buildArguments = new Map<string, string>();
  private readonly labels = new Map<string, string>();
  private readonly installs: PipInstall[] = [];

  constructor(private readonly options: ImageBuildOptions) {}

  /** @throws DockerfileError */
  carryOut({ name, text }: Instruction): void {
    const carryOut = this.instructions[name];
    if (!carryOut) {
      throw new DockerfileError(
        `${name} is not implemented; the local cloud knows ${Object.keys(this.instructions).join(', ')}. Leave it out, or try the image on AWS`,
      );
    }
    if (this.python === undefined && name !== 'FROM' && name !== 'ARG')
      throw new DockerfileError(`${name} stands before FROM`);
    carryOut(text);
  }

  /** @throws DockerfileError */
  async finish(): Promise<BuiltConfig> {
    const { root, architecture, onProgress } = this.options;
    if (this.python === undefined) throw new DockerfileError(`${this.options.dockerfile} has no FROM`);
    return {
      architecture,
      os: 'linux',
      config: {
        Env: [...this.environment].map(([name, value]) => `${name}=${value}`),
        ...(this.entrypoint && { Entrypoint: this.entrypoint }),
        ...(this.command && { Cmd: this.command }),
        WorkingDir: this.directory,
        ...(this.labels.size > 0 && { Labels: Object.fromEntries(this.labels) }),
      },
      python: {
        version: this.python,
        requirements: await resolvedRequirements(this.installs, root, this.python, onProgress),
      },
    };
  }

  private readonly instructions: Readonly<Record<string, (text: string) => void>> = {
    FROM: (text) => {
      const words = this.words(text).filter((word) => !word.startsWith('--platform='));
      if (this.python !== undefined) {
        throw new DockerfileError(
          `FROM ${words[0]}: builds of several stages are not implemented; build what is copied from another stage before, or try the image on AWS`,
        );
      }
      this.python = PYTHON_IMAGE.exec(words[0] ?? '')?.[1];
      if (this.python === undefined) {
        throw new DockerfileError(
          `FROM ${words[0]}: the local cloud runs containers as Python processes, and knows the base images python:<version>, also with -slim; use one of them, or try the image on AWS`,
        );
      }
    },
    ARG: (text) => {
      for (const word of this.words(text)) {
        const [name = '', value] = splitOnce(word);
        const given = this.options.buildArguments[name] ?? value;
        if (given !== undefined) this.buildArguments.set(name, given);
      }
    },
    ENV: (text) => {
      for (const [name, value] of this.assignments(text)) this.environment.set(name, value);
    },
    LABEL: (text) => {
      for (const [name, value] of this.assignments(text)) this.labels.set(name, value);
    },
    WORKDIR: (text) => {
      this.directory = posix.resolve(this.directory, this.words(text)[0] ?? '');
      mkdirSync(join(this.options.root, this.directory), { recursive: true });
    },
    COPY: (text) => {
      const words = execForm(text) ?? this.words(text);
      copy(words, this.options.context, this.options.root, this.directory);
    },
    RUN: (text) => {
      const exec = execForm(text);
      const commands = exec ? [exec] : text.split('&&').map((command) => this.words(command));
      this.installs.push(...pipInstalls(commands, this.options.root, this.directory));
    },
    ENTRYPOINT: (text) => {
      this.entrypoint = commandOf(text);
    },
    CMD: (text) => {
      this.command = commandOf(text);
    },
    // SageMaker has a port of its own, and does not publish any.
    EXPOSE: () => undefined,
  };

  /** `NAME=value ...`, or the old form `NAME value`. */
  private assignments(text: string): [string, string][] {
    const words = this.words(text);
    if (/^[^\s=]+=/.test(text)) return words.map((word) => splitOnce(word) as [string, string]);
    return [[words[0] ?? '', words.slice(1).join(' ')]];
  }

  /** Values of ENV win over those of ARG. */
  private words(text: string): string[] {
    return wordsOf(text, new Map([...this.buildArguments, ...this.environment]));
  }
}

function commandOf(text: string): readonly string[] {
  return execForm(text) ?? ['/bin/sh', '-c', text];
}

function splitOnce(word: string): [string, string?] {
  const at = word.indexOf('=');
  return at < 0 ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
