import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { RegisteredArtifact } from '../../contracts/functions/registering';
import { ModelRegistry } from '../../lambda/aws/model-registry';
import { PRODUCTION_HOLDOUT, propertyText } from '../../lambda/domain/records/registry-properties';
import { modelVersion } from '../cli/arguments';
import { CliError } from '../cli/cli-error';
import { type CommandContext, contextOf } from '../cli/command-context';
import { invokeFunction } from '../cli/invoke-function';
import type { Pipeline } from '../cli/pipeline';
import { uploadArtifact, uploadFile } from '../cli/upload-for-registration';
import { waitForExecution } from '../cli/wait-for-execution';
import { type ModelSource, modelSource } from '../sources/model-source';
import { release } from './release';

interface RegisterOptions {
  readonly artifact?: string;
  readonly holdout?: string;
  readonly sample?: string;
  readonly requests?: string;
  readonly label?: string;
  readonly as?: string;
  readonly metric: Record<string, number>;
  readonly origin?: string;
  readonly python?: string;
  readonly ifNew?: boolean;
  readonly release?: boolean;
  readonly reason: string;
  readonly allowSchemaChange?: boolean;
  readonly wait?: boolean;
}

export function addRegisterCommand(program: Command): void {
  program
    .command('register')
    .description('register a model that was trained elsewhere as a version')
    .argument('[artifact]', 'same as --artifact')
    .option(
      '--artifact <artifact>',
      'the model: a model.tar.gz, a folder to pack into one, the s3:// URI of an archive, or a model of MLflow (mlflow:models:/churn/3, mlflow:models:/churn@champion, mlflow:<folder>; MLFLOW_TRACKING_URI names the server), of DVC (dvc:model.tar.gz.dvc), of W&B (wandb:entity/project/artifact:alias) or of Hugging Face (hf:org/model@revision)',
    )
    .option(
      '--holdout <file>',
      'labeled rows that the model was not trained on, with a header (CSV, JSON lines or Parquet; a file, an s3:// URI, or "production": those of the version in production): the version and the one in production score them, and the promotion policy judges both',
    )
    .option(
      '--sample <file>',
      'rows as the model was trained on, with a header (CSV, JSON lines or Parquet; a file or an s3:// URI): the first are sent to the version before it has traffic, and drift is measured against all',
    )
    .option(
      '--requests <file>',
      'instead of a sample, for models that take tensors: bodies of requests in JSON, one on each line (.jsonl; a file or an s3:// URI): the first are sent to the version before it has traffic, and drift is measured against summaries of all',
    )
    .option('--label <column>', 'column of the holdout and the sample that is no feature but the label')
    .option('--as <version>', 'its semantic version (default: the next, by what has changed)', modelVersion)
    .option('--metric <name=value>', 'a metric, as it was measured elsewhere (repeatable)', metric, {})
    .option('--origin <text>', 'where the model comes from, for the registry (default: the artifact)')
    .option(
      '--python <version>',
      'with a model of MLflow: Python of the container that serves it (default: that of the newest scikit-learn image, or of this machine on a local cloud)',
    )
    .option('--if-new', 'do nothing if a version of the same origin is registered already')
    .option('--release', 'release the version')
    .option('--reason <text>', 'with --release: why, for the ledger', 'registered')
    .option(
      '--allow-schema-change',
      'with --release: release it even if it expects other features than the version in production',
    )
    .option('--wait', 'wait for the end; exit code 3 if the version is refused or rolled back')
    .action(async (argument: string | undefined, options: RegisterOptions, command: Command) => {
      const context = contextOf(command);
      const { aws, output } = context;
      const artifact = artifactOf(argument, options);
      const pipeline = await context.pipeline();
      const { registrationFunction } = pipeline.resources;
      if (!registrationFunction) {
        throw new CliError(
          `the stack of ${pipeline.name} was deployed with an earlier version of cdk-model-pipeline, which registers no models that were trained elsewhere: deploy it with this one`,
        );
      }
      const model = await modelSource(artifact, {
        s3: aws.s3,
        python: options.python,
        environment: process.env,
        onProgress: (line) => output.progress(line),
      });
      const origin = options.origin ?? model.origin;
      const known = options.ifNew ? await registeredFrom(origin, context, pipeline) : undefined;
      if (known !== undefined) {
        output.result(
          { modelVersion: known, origin },
          () => `${origin} is registered already, as version ${known}`,
        );
        return;
      }
      const upload = async (file: string | undefined) =>
        file === undefined || file === PRODUCTION_HOLDOUT ? file : uploadFile(aws, pipeline, file);
      const request = {
        artifact: await uploadModel(model, pipeline, context),
        holdout: await upload(options.holdout),
        sample: await upload(options.sample),
        requests: await upload(options.requests),
        label: options.label,
        version: options.as,
        metrics: { ...model.metrics, ...options.metric },
        origin,
        provenance: model.provenance,
      };
      const registered = await invokeFunction<RegisteredArtifact>(aws, registrationFunction, request);
      const { modelVersion, execution } = registered;
      if (execution !== undefined && !options.release && !options.wait) {
        output.result(
          registered,
          () => `version ${modelVersion} is compared with production before it is registered: ${execution}`,
        );
        return;
      }
      if (execution !== undefined) await waitForExecution(aws, pipeline, execution, output);
      const done = `version ${modelVersion} is registered${execution === undefined ? ', and was compared with nothing (--holdout)' : ''}`;
      if (!options.release) {
        output.result(registered, () => `${done}; release it: model-pipeline release ${modelVersion}`);
        return;
      }
      output.progress(done);
      await release(context, pipeline, modelVersion, options);
    });
}

/** Puts the archive into S3. @returns its URI */
async function uploadModel(model: ModelSource, pipeline: Pipeline, { aws }: CommandContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'model-source-'));
  try {
    return await uploadArtifact(aws, pipeline, await model.fetch(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The newest version that was made of the same model. */
async function registeredFrom(
  origin: string,
  { aws }: CommandContext,
  { resources: { modelPackageGroup } }: Pipeline,
): Promise<string | undefined> {
  const registry = new ModelRegistry(aws.sagemaker, modelPackageGroup);
  const wanted = propertyText(origin);
  for await (const { modelVersion, properties } of registry.versions())
    if (properties.origin === wanted) return modelVersion;
  return undefined;
}

function artifactOf(argument: string | undefined, { artifact }: RegisterOptions): string {
  const given = [argument, artifact].filter((each) => each !== undefined);
  if (given.length === 1) return given[0] as string;
  throw new CliError(
    given.length === 0
      ? 'there is no model to register: name an archive, a folder or an s3:// URI with --artifact'
      : `there are two artifacts, ${given.join(' and ')}: register them one after the other`,
  );
}

function metric(text: string, previous: Record<string, number>): Record<string, number> {
  const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (!name || value === undefined || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError('must look like name=value with a number, for example auc=0.91');
  return { ...previous, [name]: Number(value) };
}
