import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPackage } from '../../scripts/language-package';
import { repositoryFile } from '../repository-file';
import { lateFlights, lateFlightsFromNode } from './late-flights';

jest.setTimeout(1_800_000);

const MODULE = 'github.com/cdk-model-pipeline/cdk-model-pipeline-go/cdkmodelpipeline';

/** It takes Go 1.25, and 1 GB for modules and what is built. */
const describeWithGo = process.env.IN_DEPTH_GO ? describe : describe.skip;

describeWithGo('the Go module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'go-package-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (cwd: string, command: string, args: string[], env: object = {}) =>
    execFileSync(command, args, { cwd, stdio: 'pipe', env: { ...process.env, ...env } as NodeJS.ProcessEnv });

  test('makes the same template of the same app as the package for Node.js does', () => {
    buildPackage(repositoryFile(), 'go', join(folder, 'go'));
    // The tool writes to the folder of the app.
    const app = join(folder, 'app');
    const example = repositoryFile('examples', 'go-app');
    cpSync(example, app, { recursive: true });
    run(app, 'go', ['mod', 'edit', '-replace', `${MODULE}=${join(folder, 'go', 'cdkmodelpipeline')}`]);
    run(app, 'go', ['mod', 'tidy']);
    run(app, 'go', ['build', '-o', join(folder, 'late-flights')]);

    run(example, join(folder, 'late-flights'), [], { CDK_OUTDIR: join(folder, 'cdk.out') });

    const [, version = ''] = /awscdk\/v2 v(\S+)/.exec(readFileSync(join(app, 'go.mod'), 'utf8')) ?? [];
    const template = lateFlights(join(folder, 'cdk.out'));
    expect(Object.keys(template.Resources).length).toBeGreaterThan(50);
    expect(template).toEqual(lateFlightsFromNode(join(folder, 'node'), version));
  });
});
