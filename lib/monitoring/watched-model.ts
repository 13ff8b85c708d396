import { Token } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { ModelAtEndpointToWatch, ModelToWatch } from '../../contracts/functions/monitoring';
import { arn } from '../runtime/arn';
import type { PartFunction } from '../runtime/part-function';
import { routingParameterName } from '../runtime/pipeline-context';
import type { MonitorBaseline } from './monitor-baseline';

/** The model that a monitor watches. */
export interface WatchedModel {
  /** How functions find it, and its data. */
  readonly settings: ModelToWatch;
  /** What the keys of a monitor's reports begin with, in its bucket. */
  readonly reportsPrefix: string;
  /** Lets a function find it, read its data and write reports. */
  allow(handler: PartFunction): void;
  /** Lets a function profile its recorded requests. */
  allowProfiling(handler: PartFunction): void;
  /**
   * What the keys of its answers begin with, and of groups of recorded requests, in the bucket of the
   * reports.
   */
  readonly answersPrefix: string;
}

/**
 * The version that a pipeline has in production.
 *
 * @param recordedShare of its requests, from 0 to 1
 */
export function modelInProduction(pipelineName: string, recordedShare: number): WatchedModel {
  const routingParameter = routingParameterName(pipelineName);
  return {
    settings: { is: 'inProduction', routingParameter, recordedShare },
    reportsPrefix: 'profiles/',
    allow: (handler) => {
      handler
        .allow(['ssm:GetParameter'], [arn(handler, 'ssm', `parameter${routingParameter}`)])
        .canRead('answers/', 'capture/', 'ground-truth/', 'models/', 'profiles/')
        .canReadVersions('models/')
        .canWrite('answers/', 'profiles/');
    },
    allowProfiling: (handler) => handler.canRead('capture/', ANSWERS).canWrite(ANSWERS),
    answersPrefix: ANSWERS,
  };
}

const ANSWERS = 'answers/';

export interface ModelAtEndpointProps
  extends Pick<
    ModelAtEndpointToWatch,
    'endpointName' | 'variantName' | 'prefix' | 'groundTruthPrefix' | 'holdout'
  > {
  readonly captureBucket: IBucket;
  readonly capturePrefix: string;
  /** @default - the bucket's */
  readonly captureEncryptionKey?: IKey;
  readonly baseline: MonitorBaseline;
}

/** The model of a variant of an endpoint that somebody else made. */
export function modelAtEndpoint(scope: Construct, props: ModelAtEndpointProps): WatchedModel {
  const { captureBucket, capturePrefix, captureEncryptionKey, baseline, ...others } = props;
  const { location, allowRead } = baseline._bind(scope);
  const answersPrefix = `${props.prefix}${ANSWERS}`;
  const allowCaptures = (handler: PartFunction) => {
    handler.canReadFrom(captureBucket, `${capturePrefix}${props.endpointName}/${props.variantName}/*`);
    captureEncryptionKey?.grantDecrypt(handler);
  };
  return {
    settings: {
      is: 'atEndpoint',
      ...others,
      capture: { bucket: captureBucket.bucketName, prefix: capturePrefix },
      baseline: location,
    },
    reportsPrefix: `${props.prefix}profiles/`,
    allow: (handler) => {
      handler
        .allow(['sagemaker:DescribeEndpoint'], endpointArns(handler, props.endpointName))
        // Whoever updates the endpoint names its config.
        .allow(['sagemaker:DescribeEndpointConfig'], [arn(handler, 'sagemaker', 'endpoint-config/*')])
        .canRead(`${props.prefix}profiles/`, answersPrefix, props.groundTruthPrefix)
        .canWrite(`${props.prefix}profiles/`, answersPrefix);
      allowCaptures(handler);
      allowRead(handler);
    },
    allowProfiling: (handler) => {
      allowCaptures(handler);
      handler.canRead(answersPrefix).canWrite(answersPrefix);
    },
    answersPrefix,
  };
}

/**
 * The ARN of an endpoint is in lower case, however its name is written
 * (https://github.com/prometheus-community/yet-another-cloudwatch-exporter/pull/1178); CloudFormation cannot
 * write a name that only it knows in lower case.
 */
function endpointArns(scope: Construct, endpointName: string): string[] {
  const names = Token.isUnresolved(endpointName) ? ['*'] : [endpointName, endpointName.toLowerCase()];
  return [...new Set(names)].map((name) => arn(scope, 'sagemaker', `endpoint/${name}`));
}
