import { RemovalPolicy, Token } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ReleasePipelineGrants } from './access/release-pipeline-grants';
import { SourceArchive } from './artifacts/source-archive';
import { ServingContainer } from './containers/serving-container';
import { PipelineParts } from './delivery/pipeline-parts';
import { endpointInstances, resolvePipeline, servingInstances } from './delivery/pipeline-settings';
import { roleProblems } from './delivery/role-problems';
import type { IModelMonitor } from './monitoring/model-monitor';
import type { RequestMetrics } from './monitoring/request-metrics';
import type { IModelRegistry } from './registry/model-registry';
import { ReleasePipelineBase } from './release-pipeline-base';
import type { ReleasePipelineProps } from './release-pipeline-props';
import { routingParameterName } from './runtime/pipeline-context';
import { ServedBy } from './serving/served-by';
import type { IServerlessInference } from './serving/serverless-inference';

/**
 * The production life of a model that is trained elsewhere: a registry of its versions, an endpoint or a
 * function that serves them, releases that roll back by themselves, and monitors. It is a
 * {@link ModelPipeline} without training and retraining.
 */
export class ReleasePipeline extends ReleasePipelineBase {
  readonly pipelineName: string;
  readonly endpointName?: string;
  readonly endpointArn?: string;
  readonly inferenceFunction?: IFunction;
  readonly modelPackageGroupName: string;
  readonly modelPackageGroupArn: string;
  readonly routingParameterName: string;
  readonly bucket: IBucket;
  readonly topic: ITopic;
  readonly rollbackFunction: IFunction;
  readonly registrationFunction: IFunction;
  readonly registrationStateMachine: IStateMachine;
  readonly releaseStateMachine: IStateMachine;
  /** Lets roles use the pipeline. */
  readonly grants = ReleasePipelineGrants.fromReleasePipeline(this);
  /** The registry of versions. */
  readonly registry: IModelRegistry;
  /** Watches drift, quality, latency and errors; has the alarms. */
  readonly monitor: IModelMonitor;
  /** The Lambda function that serves; undefined if the endpoint serves alone. */
  readonly serverlessInference?: IServerlessInference;
  protected readonly requestMetrics: RequestMetrics;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: ReleasePipelineProps = {}) {
    super(scope, id);
    const { container = ServingContainer.scikitLearn(), inferenceScript = 'inference.py' } = props;
    const settings = resolvePipeline(this, props, [
      ...sourceProblems(props, container),
      ...container._problems(inferenceScript, 'inferenceScript'),
      ...adoptionProblems(props),
      ...roleProblems(props),
    ]);
    // Where nothing says what scores, the endpoint's instances choose the image.
    const instances = props.batchScoring ? servingInstances(settings) : endpointInstances(settings);
    const bound = container._bind(this, inferenceScript, instances);
    const source =
      props.source === undefined
        ? undefined
        : new SourceArchive(this, 'Source', { path: props.source, required: [inferenceScript] });
    const parts = new PipelineParts(this, {
      props,
      settings,
      container: bound,
      adopt: props.adopt,
      registration: {
        source,
        inferenceScript: source ? inferenceScript : bound.inferenceScript,
        ignoredColumns: [],
      },
    });
    this.pipelineName = settings.pipelineName;
    this.endpointName = parts.endpointName;
    this.endpointArn = parts.endpointArn;
    this.registry = parts.registry;
    this.modelPackageGroupName = this.registry.modelPackageGroupName;
    this.modelPackageGroupArn = this.registry.modelPackageGroupArn;
    this.routingParameterName = routingParameterName(this.pipelineName);
    this.bucket = parts.bucket;
    this.topic = parts.topic;
    this.serverlessInference = parts.serverlessInference;
    this.inferenceFunction = this.serverlessInference?.handler;
    this.monitor = parts.monitor;
    this.requestMetrics = this.monitor.requestMetrics;
    this.releaseStateMachine = parts.release.stateMachine;
    this.rollbackFunction = parts.release.rollbackFunction;
    this.registrationFunction = parts.registrationFunction;
    this.registrationStateMachine = parts.registrationStateMachine;
    parts.complete({
      versionWriters: [],
      instances: [],
      published: {},
      bucketDescription: 'Holds versions, recorded requests and the ledger',
    });
  }
}

/** SageMaker's name of an endpoint or a variant. */
const RESOURCE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

function adoptionProblems(props: ReleasePipelineProps): string[] {
  const { adopt, servedBy, serverlessInference, removalPolicy, smokeTest } = props;
  const hasRequests = smokeTest?.requestFile !== undefined || (smokeTest?.requests ?? []).length > 0;
  if (!adopt) return [];
  const names = { endpointName: adopt.endpointName, variantName: adopt.variantName ?? 'AllTraffic' };
  return [
    ...Object.entries(names)
      .filter(([, name]) => Token.isUnresolved(name) || !RESOURCE_NAME.test(name))
      .map(
        ([prop, name]) =>
          `adopt.${prop} must be known when the app is synthesized, and be 1 to 63 letters, digits and inner hyphens, got '${Token.isUnresolved(name) ? 'a token' : name}'`,
      ),
    ...(hasRequests
      ? []
      : [
          'adopt needs smokeTest.requests or smokeTest.requestFile: nobody knows rows that the adopted model answers, and it is asked before it gets traffic again, as after a rollback',
        ]),
    ...(removalPolicy === RemovalPolicy.DESTROY
      ? [
          'adopt keeps the endpoint when the stack is deleted, and removalPolicy DESTROY would delete the models that it loads: leave out removalPolicy',
        ]
      : []),
    ...(servedBy === ServedBy.FUNCTION || serverlessInference
      ? [
          'adopt takes over an endpoint, whose model a function could not serve: leave out serverlessInference and ServedBy.FUNCTION',
        ]
      : []),
  ];
}

function sourceProblems({ source, hosting }: ReleasePipelineProps, container: ServingContainer): string[] {
  if (source === undefined) return [];
  const wayOut = 'put the scripts into code/ of each model archive, and leave out source';
  return [
    ...(hosting?.networkIsolation
      ? [
          `source is fetched from S3 when a container starts, which hosting.networkIsolation denies: ${wayOut}`,
        ]
      : []),
    ...(container._fetchesScripts
      ? []
      : [
          `source is fetched from S3 when a container starts, which ${container._name} does not do: ${wayOut}`,
        ]),
  ];
}
