import { DockerfileError } from './dockerfile';

export interface BuildArguments {
  readonly tag: string;
  /** Folder of the context. */
  readonly context: string;
  /** Name of the Dockerfile, below the context. */
  readonly dockerfile: string;
  readonly buildArguments: Readonly<Record<string, string>>;
  /** Such as `amd64`. */
  readonly architecture: string;
}

/** Processor of a platform if none is asked for: that of most instances. */
const DEFAULT_PLATFORM = 'linux/amd64';
/** Options that change how an image is built, and not what it holds. */
const WITHOUT_EFFECT = ['--cache-from', '--cache-to', '--network'];

/**
 * Arguments of `docker build`, as the CDK CLI gives them.
 *
 * @throws DockerfileError for an option that is not implemented, which is named
 */
export function buildArguments(args: readonly string[]): BuildArguments {
  const given = new Map<string, string>();
  const values: Record<string, string> = {};
  let context = '.';
  for (let index = 0; index < args.length; index++) {
    const word = args[index] as string;
    if (word === '--no-cache') continue;
    if (!word.startsWith('--')) {
      context = word;
      continue;
    }
    const value = args[++index] as string;
    if (WITHOUT_EFFECT.includes(word)) continue;
    if (word === '--build-arg') {
      const at = value.indexOf('=');
      values[value.slice(0, at)] = value.slice(at + 1);
    } else if (['--tag', '--file', '--platform'].includes(word)) given.set(word, value);
    else {
      throw new DockerfileError(
        `docker build ${word} is not implemented on the local cloud; leave it out of the image asset, or try the image on AWS`,
      );
    }
  }
  const platform = given.get('--platform') ?? DEFAULT_PLATFORM;
  return {
    tag: given.get('--tag') as string,
    context,
    dockerfile: given.get('--file') ?? 'Dockerfile',
    buildArguments: values,
    architecture: platform.split('/')[1] ?? platform,
  };
}
