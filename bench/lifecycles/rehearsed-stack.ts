import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { App, DefaultStackSynthesizer, Duration } from 'aws-cdk-lib';
import { zipSync } from 'fflate';
import {
  type ModelPipelineProps,
  ModelPipelineStack,
  ReleaseStrategy,
  ServedBy,
  UndecidedAction,
} from '../../lib';
import { repositoryRoot } from '../repository-root';
import type { RehearsedPipeline } from './rehearsed-pipeline';

export const PIPELINE = 'rehearsed';
export const STACK = 'Rehearsed';
/** Columns of the training data. */
export const FEATURES = ['first', 'second'];
export const LABEL = 'left';
/** Bucket of the stack's assets. */
export const ASSETS = 'assets';

const MINUTE = Duration.minutes(1);
const ANALYSED = { bakeTime: MINUTE, analysis: { minimumRequests: 5 } };
const STEPS = { ...ANALYSED, canary: [0.5], stepDuration: MINUTE };

const SHADOW = ReleaseStrategy.shadow({
  duration: MINUTE,
  followedBy: ReleaseStrategy.blueGreen(STEPS),
});

const HOSTING = { scaling: { maxCapacity: 3, targetInvocationsPerInstance: 100 } };

/** Ways of releasing that schedules are run with. */
const STRATEGIES = {
  steps: { releaseStrategy: ReleaseStrategy.blueGreen(STEPS), hosting: HOSTING },
  approval: {
    releaseStrategy: ReleaseStrategy.blueGreen({ ...STEPS, approval: { timeout: Duration.days(2) } }),
    hosting: HOSTING,
  },
  shadow: { releaseStrategy: SHADOW, hosting: HOSTING },
  guardrails: {
    releaseStrategy: ReleaseStrategy.deploymentGuardrails({
      stepPercentage: 50,
      waitInterval: MINUTE,
      terminationWait: MINUTE,
    }),
    hosting: HOSTING,
  },
  /** Served by a function alone. */
  function: { releaseStrategy: ReleaseStrategy.blueGreen(STEPS), servedBy: ServedBy.FUNCTION },
  functionWithShadow: { releaseStrategy: SHADOW, servedBy: ServedBy.FUNCTION },
} satisfies Record<string, Partial<ModelPipelineProps>>;

/** Those that schedules draw from. */
export const STRATEGY_NAMES = Object.keys(STRATEGIES) as (keyof typeof STRATEGIES)[];

/** The states of `steps`, with more of them, or fewer: these have stories of their own. */
const OTHERS = {
  linear: {
    // One minute alone may be a burst of failures by chance, and is not enough to roll back at so little
    // traffic.
    releaseStrategy: ReleaseStrategy.linear({ ...ANALYSED, steps: 3, stepDuration: Duration.minutes(3) }),
    hosting: HOSTING,
  },
  allAtOnce: { releaseStrategy: ReleaseStrategy.allAtOnce(ANALYSED), hosting: HOSTING },
} satisfies Record<string, Partial<ModelPipelineProps>>;

export type Strategy = keyof typeof STRATEGIES | keyof typeof OTHERS;

export function hasEndpoint(strategy: Strategy): boolean {
  const props: Partial<ModelPipelineProps> = { ...STRATEGIES, ...OTHERS }[strategy];
  return props.servedBy !== ServedBy.FUNCTION;
}

/** Settings that deployments change: of the endpoint, or of the function. */
const SETTINGS = {
  usual: { hosting: {}, serverlessInference: {} },
  larger: { hosting: { instanceType: 'ml.m5.xlarge' }, serverlessInference: { memorySize: 3008 } },
  /** Another name: refused. */
  renamed: { pipelineName: 'renamed', hosting: {}, serverlessInference: {} },
} satisfies Record<string, Partial<ModelPipelineProps>>;

export type Settings = keyof typeof SETTINGS;

/** Synthesizes the stack and puts its assets where it looks for them. @returns the template */
export async function publishStack(
  pipeline: RehearsedPipeline,
  strategy: Strategy,
  settings: Settings,
): Promise<string> {
  const outdir = mkdtempSync(join(tmpdir(), 'rehearsed-'));
  const { account, region } = pipeline.cloud;
  try {
    // What is published is read from the output, whatever the environment says of copies.
    const app = new App({ outdir, postCliContext: { 'aws:cdk:disable-asset-staging': false } });
    new ModelPipelineStack(app, STACK, {
      env: { account, region },
      synthesizer: new DefaultStackSynthesizer({
        fileAssetsBucketName: ASSETS,
        generateBootstrapVersionRule: false,
      }),
      pipeline: {
        training: { source: join(repositoryRoot(), 'examples', 'flights', 'source') },
        data: { label: LABEL, minimumRows: 10 },
        // So few rows decide nothing: a person does.
        promotion: { ifUndecided: UndecidedAction.ASK_PERSON, approvalTimeout: Duration.days(2) },
        ...settingsOf(strategy, settings),
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

function settingsOf(strategy: Strategy, settings: Settings): Partial<ModelPipelineProps> {
  const { hosting, serverlessInference, ...others } = { pipelineName: PIPELINE, ...SETTINGS[settings] };
  const props: Partial<ModelPipelineProps> = { ...STRATEGIES, ...OTHERS }[strategy];
  return props.servedBy === ServedBy.FUNCTION
    ? { ...props, ...others, serverlessInference }
    : { ...props, ...others, hosting: { ...props.hosting, ...hosting } };
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
    // Native code is pretended, and large.
    .filter((path) => statSync(path).isFile() && !path.includes('node_modules', folder.length));
  const zip = zipSync(
    Object.fromEntries(files.map((path) => [relative(folder, path), new Uint8Array(readFileSync(path))])),
    { level: 0 },
  );
  return Buffer.from(zip);
}
