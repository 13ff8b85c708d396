import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findPython } from 'cdk-local-cloud/containers';
import { CliError } from '../cli/cli-error';

export interface VendorPackagesProps {
  /** Text of a requirements file. */
  readonly requirements: string;
  /** Folder that the packages go into. */
  readonly target: string;
  /** Python that will import them, such as `3.12`. */
  readonly python: string;
  readonly onProgress: (line: string) => void;
}

/**
 * Platforms of wheels that AWS's images run: they are built on Linux for x86-64 with glibc 2.31 or later
 * (Ubuntu 20.04 and Amazon Linux 2023), of which a newer `manylinux` includes the older ones (PEP 600).
 */
const PLATFORMS = ['manylinux_2_28_x86_64', 'manylinux_2_17_x86_64', 'manylinux2014_x86_64', 'linux_x86_64'];

/**
 * Installs packages into a folder, for the Python of a container rather than for this machine's.
 *
 * @throws CliError if pip finds no wheels of them
 */
export async function vendorPackages(props: VendorPackagesProps): Promise<void> {
  const { command } = await findPython().catch((error: Error) => {
    throw new CliError(`pip is needed to collect the model's packages: ${error.message}`);
  });
  const folder = await mkdtemp(join(tmpdir(), 'requirements-'));
  try {
    const file = join(folder, 'requirements.txt');
    await writeFile(file, props.requirements);
    props.onProgress(`collecting the model's packages for Python ${props.python}`);
    await promisify(execFile)(
      command,
      [
        ...['-m', 'pip', 'install', '--disable-pip-version-check', '--quiet', '--no-input', '--no-compile'],
        ...['--target', props.target, '--python-version', props.python, '--implementation', 'cp'],
        ...PLATFORMS.flatMap((platform) => ['--platform', platform]),
        ...['--only-binary', ':all:', '--requirement', file],
      ],
      { maxBuffer: 1 << 26 },
    ).catch((error: Error & { stderr?: string }) => {
      const reason = (error.stderr || error.message).trim().split('\n').slice(-5).join(' | ');
      throw new CliError(`the model's packages cannot be collected for Python ${props.python}: ${reason}`);
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}
