import { rmSync } from 'node:fs';

/** Removes what `global-setup.js` made. */
export default function removeFolders(): void {
  for (const folder of ['DEPLOYED_TEMPLATES', 'GRANT_RECORDS']) {
    rmSync(process.env[folder] as string, { recursive: true, force: true });
  }
}
