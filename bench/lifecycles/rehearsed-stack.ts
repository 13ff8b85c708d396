import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { App, DefaultStackSynthesizer, Duration } from 'aws-cdk-lib';
import { zipSync } from 'fflate';
import { type IReleaseStrategy, ModelPipelineStack, ReleaseStrategy } from '../../lib';
import { sourceFile } from '../../local/containers/package-root';
import type { RehearsedPipeline } from './rehearsed-pipeline';

export const PIPELINE = 'rehearsed';
export const STACK = 'Rehearsed';
/** Bucket of the stack's assets. */
export const ASSETS = 'assets';

const MINUTE = Duration.minutes(1);
const STEPS = {
  canary: [0.5],
  stepDuration: MINUTE,
  bakeTime: MINUTE,
  analysis: { minimumRequests: 5 },
};

/** Ways of releasing that schedules are run with. */
export const STRATEGIES = {
  steps: ReleaseStrategy.blueGreen(STEPS),
  approval: ReleaseStrategy.blueGreen({ ...STEPS, approval: { timeout: Duration.minutes(10) } }),
  shadow: ReleaseStrategy.shadow({ duration: MINUTE, followedBy: ReleaseStrategy.blueGreen(STEPS) }),
  guardrails: ReleaseStrategy.deploymentGuardrails({
    stepPercentage: 50,
    waitInterval: MINUTE,
    terminationWait: MINUTE,
  }),
} satisfies Record<string, IReleaseStrategy>;

export type Strategy = keyof typeof STRATEGIES;

/** Synthesizes the stack and puts its assets where it looks for them. @returns the template */
export async function publishStack(pipeline: RehearsedPipeline, strategy: Strategy): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'rehearsed-'));
  const { account, region } = pipeline.cloud;
  try {
    const app = new App({ outdir });
    new ModelPipelineStack(app, STACK, {
      env: { account, region },
      synthesizer: new DefaultStackSynthesizer({
        fileAssetsBucketName: ASSETS,
        generateBootstrapVersionRule: false,
      }),
      pipeline: {
        pipelineName: PIPELINE,
        training: { source: sourceFile('examples', 'flights', 'source') },
        data: { label: 'left' },
        hosting: { scaling: { maxCapacity: 3, targetInvocationsPerInstance: 100 } },
        releaseStrategy: STRATEGIES[strategy],
      },
    });
    app.synth();
    const { files } = JSON.parse(readFileSync(join(outdir, `${STACK}.assets.json`), 'utf8')) as AssetManifest;
    for (const { source, destinations } of Object.values(files)) {
      const path = join(outdir, source.path);
      const Body = source.packaging === 'zip' ? zipOf(path) : readFileSync(path);
      for (const { objectKey } of Object.values(destinations)) {
        await pipeline.call('s3', 'PutObject', { Bucket: ASSETS, Key: objectKey, Body });
      }
    }
    return readFileSync(join(outdir, `${STACK}.template.json`), 'utf8');
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

/** What a stack's assets are, as far as it matters here. */
interface AssetManifest {
  readonly files: Record<
    string,
    {
      readonly source: { readonly path: string; readonly packaging: string };
      readonly destinations: Record<string, { readonly objectKey: string }>;
    }
  >;
}

function zipOf(folder: string): Buffer {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
  const zip = zipSync(
    Object.fromEntries(files.map((path) => [relative(folder, path), new Uint8Array(readFileSync(path))])),
    { level: 0 },
  );
  return Buffer.from(zip);
}
