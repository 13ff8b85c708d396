import { mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { SourceArchive, type SourceArchiveProps } from '../../lib/artifacts/source-archive';
import { STAGED } from '../staged';

/** Path of the archive that a synth makes of a folder of scripts, below `directory`. */
export function packedSource(directory: string, scripts: string | SourceArchiveProps): string {
  const outdir = mkdtempSync(join(directory, 'cdk-'));
  const app = new App({ ...STAGED, outdir });
  const props =
    typeof scripts === 'string'
      ? { path: scripts, trainingScript: 'train.py', required: ['inference.py'] }
      : scripts;
  new SourceArchive(new Stack(app, 'Test'), 'Source', props);
  app.synth();
  return join(outdir, readdirSync(outdir).find((name) => name.endsWith('.gz')) as string);
}
