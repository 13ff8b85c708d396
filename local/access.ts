import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newAccessKeyId, newSecret } from './gateway/secrets';

/** An administrator's key. */
export interface AccountKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * What leads into a local cloud. Whoever has it can do everything there, and run programs as the user who
 * started it.
 */
export interface Access extends AccountKey {
  /** For the control routes. */
  readonly token: string;
}

const OWNER_ONLY = 0o600;
/** No key of AWS begins like this, so that one used there by mistake is refused. */
const KEY_PREFIX = 'LOCAL';

/** The file of a local cloud's folder that holds its access. */
export function accessFile(directory: string): string {
  return join(directory, 'access.json');
}

/**
 * The access of the local cloud in a folder, which only its owner can read; made by chance the first time.
 *
 * @throws Error if the file is there and is not what this version wrote
 */
export function openAccess(directory: string): Access {
  const file = accessFile(directory);
  if (!existsSync(file)) {
    const access: Access = {
      accessKeyId: newAccessKeyId(KEY_PREFIX),
      secretAccessKey: newSecret(),
      token: newSecret(),
    };
    writeFileSync(file, `${JSON.stringify(access, null, 2)}\n`, { mode: OWNER_ONLY });
    return access;
  }
  chmodSync(file, OWNER_ONLY);
  return readAccess(file);
}

function readAccess(file: string): Access {
  try {
    const access = JSON.parse(readFileSync(file, 'utf8')) as Access;
    const values = [access.accessKeyId, access.secretAccessKey, access.token];
    if (values.every((value) => typeof value === 'string' && value !== '')) return access;
  } catch {
    // Said below.
  }
  throw new Error(
    `${file} is not what this version of the local cloud wrote; remove it, and the next start makes new keys`,
  );
}
