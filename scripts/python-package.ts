import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, unzipSync } from 'fflate';

export interface PythonPackage {
  readonly version: string;
  /** Text of a file in the package, by its path; a file that is compressed is unpacked. */
  read(path: string): string;
}

/**
 * The newest release of a package from the Python Package Index, downloaded by pip and not installed. AWS
 * publishes its service models (`botocore`) and its list of images (`sagemaker-core`) there.
 *
 * @throws Error if pip cannot download it
 */
export function newestPythonPackage(name: string): PythonPackage {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  try {
    const options = ['--no-deps', '--only-binary', ':all:', '--quiet', '--dest', folder];
    const { status, stderr } = spawnSync('python3', ['-m', 'pip', 'download', ...options, name]);
    if (status !== 0) throw new Error(`pip cannot download ${name}: ${stderr}`);
    const [wheel = ''] = readdirSync(folder);
    // <name>-<version>-<python>-<abi>-<platform>.whl
    const version = wheel.split('-')[1] as string;
    const archive = readFileSync(join(folder, wheel));
    return { version, read: (path) => readMember(archive, path) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readMember(archive: Uint8Array, path: string): string {
  const content = unzipSync(archive, { filter: (file) => file.name === path })[path];
  if (!content) throw new Error(`the package has no file ${path}`);
  return new TextDecoder().decode(path.endsWith('.gz') ? gunzipSync(content) : content);
}
