import { Duration } from 'aws-cdk-lib';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { RequiredFile } from '../../contracts/functions/registering';
import type { SourceArchive } from '../artifacts/source-archive';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';
import { repositoryArn } from '../serving/image-repository';
import { type ModelPackageAction, takeModelPackages } from './model-package-action';

export interface ArtifactRegistrationProps {
  readonly context: PipelineContext;
  /** URI of the image that serves versions. */
  readonly image: string;
  /**
   * The script that serves.
   * @default - the container needs none
   */
  readonly inferenceScript?: string;
  /** What else an archive must have. */
  readonly files: readonly RequiredFile[];
  /** Content types of requests that the container takes. */
  readonly contentTypes: readonly string[];
  /**
   * Scripts of versions whose archive has none.
   * @default - each archive has its own
   */
  readonly source?: SourceArchive;
  readonly servingEnvironment: { readonly [name: string]: string };
  /** Of the endpoint. */
  readonly instanceType: string;
  readonly servesByFunction: boolean;
  readonly hasSmokeTestRequests: boolean;
  /**
   * Column of the pipeline's data with the label.
   * @default - there is none
   */
  readonly label?: string;
  /** Other columns that are no features. */
  readonly ignoredColumns: readonly string[];
  /** Columns of a holdout that the promotion policy reads. */
  readonly judgedBy: readonly string[];
  /** Compares a version with the champion. */
  readonly registrationStateMachine: IStateMachine;
  /** Other buckets that it may read. */
  readonly sources: readonly IBucket[];
  /**
   * What follows from model packages that others put into the registry.
   * @default - nothing
   */
  readonly onModelPackage?: ModelPackageAction;
}

/** Archives, the samples that can be read, and metrics of model packages. */
const READABLE = ['*.gz', '*.zst', '*.csv', '*.jsonl', '*.parquet', '*.json'];

/** The function that registers models which were trained elsewhere. */
export function artifactRegistration(
  scope: Construct,
  id: string,
  { context, source, sources, registrationStateMachine, ...props }: ArtifactRegistrationProps,
): PipelineFunction<'register-artifact'> {
  const { registry } = context;
  const handler = new PipelineFunction(scope, id, {
    context,
    asset: 'register-artifact',
    description: `Registers a model that was trained elsewhere as a version of ${context.pipelineName}`,
    timeout: Duration.minutes(15),
    memorySize: 2048,
    settings: {
      ...props,
      problem: context.problem._settings(),
      registrationStateMachine: registrationStateMachine.stateMachineArn,
      signingKey: registry.signingKey?.keyArn,
      source: source && {
        location: source.location,
        codeVersion: source.codeVersion,
        commit: source.commit,
      },
    },
  })
    .canSignVersions()
    // What is there already is not copied again.
    .canRead('uploads/', 'datasets/registered/')
    // Of the newest version, whose signature decides on the number of the next, and the one in production,
    // whose holdout may judge it.
    .allow(
      ['s3:GetObject'],
      ['models/*/model-signature.json', 'models/*/baseline.json', 'datasets/*/split.json'].map((pattern) =>
        context.bucket.arnForObjects(pattern),
      ),
    )
    // What exceeds 5 GB is copied in parts, all of the same version of the object.
    .canReadVersions('uploads/', 'datasets/registered/')
    .canListVersions()
    .canWrite('datasets/', 'models/')
    .allow(['s3:AbortMultipartUpload'], [context.bucket.arnForObjects('models/*/model.tar.gz')])
    .canReadRegistry()
    .canRecord()
    .canReadRouting()
    .allow(['states:StartExecution'], [registrationStateMachine.stateMachineArn])
    .allow(['sagemaker:CreateModelPackage'], [registry.modelPackageGroupArn, registry.arnForVersions()]);
  source?.grantRead(handler);
  for (const bucket of sources) {
    bucket.encryptionKey?.grantDecrypt(handler);
    handler.allow(['s3:ListBucket'], [bucket.bucketArn]).allow(
      ['s3:GetObject', 's3:GetObjectVersion'],
      READABLE.map((pattern) => bucket.arnForObjects(pattern)),
    );
  }
  if (props.onModelPackage) takeModelPackages(scope, handler, context);
  const repository = repositoryArn(scope, props.image);
  // The digest of the image.
  return repository ? handler.allow(['ecr:BatchGetImage'], [repository]) : handler;
}
