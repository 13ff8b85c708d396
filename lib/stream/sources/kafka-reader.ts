import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping, type IEventSource, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import {
  type AuthenticationMethod,
  type KafkaEventSourceProps,
  ManagedKafkaEventSource,
  SelfManagedKafkaEventSource,
} from 'aws-cdk-lib/aws-lambda-event-sources';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import { explain } from '../../platform/explained-rules';
import type { Validation } from '../../runtime/validation';
import type { SchemaRegistry } from '../schema-registry';
import type { StreamReader, StreamReaderContext } from '../stream-reader';
import { MILLIS_PER_SECOND } from './iterator-age';

/** How Lambda reads a topic of Apache Kafka. */
export interface KafkaStreamOptions {
  /** The topic. */
  readonly topic: string;

  /**
   * Most records that the function gets at a time: 1 to 10,000.
   * @default 100
   */
  readonly batchSize?: number;

  /**
   * How long Lambda gathers records before it invokes the function: whole seconds, at most 5 minutes.
   * @default - half a second
   */
  readonly maxBatchingWindow?: Duration;

  /**
   * The consumer group of Lambda, which no other consumer is in.
   * @default - generated
   */
  readonly consumerGroupId?: string;

  /**
   * Where Lambda begins to read when the stack is deployed.
   * @default StartingPosition.TRIM_HORIZON, the oldest record that the topic retains
   */
  readonly startingPosition?: StartingPosition;

  /**
   * Which records are scored, as `FilterCriteria.filter()` of aws-cdk-lib/aws-lambda writes them: others are
   * skipped.
   * @default - all
   */
  readonly filters?: { readonly [key: string]: unknown }[];

  /**
   * Most event pollers of the provisioned mode, which are billed by the hour: 1 to 2,000. Only in this mode
   * Lambda tries records again by partition; otherwise it tries all records of a batch again if one of them
   * fails.
   * @default - no provisioned mode
   */
  readonly maximumPollers?: number;

  /**
   * Registry with the schemas of the values, in Avro, Protobuf or JSON Schema. Only with `maximumPollers`,
   * since Lambda reads schemas in its provisioned mode only.
   * @default - values are JSON or lines of CSV
   */
  readonly schemaRegistry?: SchemaRegistry;

  /**
   * Secret by which Lambda authenticates.
   * @default - IAM of an MSK cluster, nothing of other brokers
   */
  readonly secret?: ISecret;
}

/** How Lambda reaches brokers that are not those of Amazon MSK. */
export interface SelfManagedKafkaStreamOptions extends KafkaStreamOptions {
  /**
   * What the secret is.
   * @default AuthenticationMethod.SASL_SCRAM_512_AUTH
   */
  readonly authenticationMethod?: AuthenticationMethod;

  /**
   * VPC of the brokers.
   * @default - the brokers are reached over the Internet
   */
  readonly vpc?: IVpc;

  /**
   * Subnets of the VPC; needed with one.
   * @default - none
   */
  readonly vpcSubnets?: SubnetSelection;

  /**
   * Security group of Lambda's pollers; needed with a VPC.
   * @default - none
   */
  readonly securityGroup?: ISecurityGroup;
}

/**
 * Reads a topic of Apache Kafka.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/with-msk.html and with-kafka.html
 */
export class KafkaReader implements StreamReader {
  /** Of a topic in Amazon MSK. */
  static ofCluster(clusterArn: string, options: KafkaStreamOptions): KafkaReader {
    return new KafkaReader(
      clusterArn,
      options,
      (props) => new ManagedKafkaEventSource({ ...props, clusterArn }),
    );
  }

  /** Of a topic of other brokers. */
  static ofBrokers(bootstrapServers: string[], options: SelfManagedKafkaStreamOptions): KafkaReader {
    const { vpc, vpcSubnets, securityGroup, authenticationMethod } = options;
    return new KafkaReader(
      bootstrapServers.join(','),
      options,
      (props) =>
        new SelfManagedKafkaEventSource({
          ...props,
          bootstrapServers,
          vpc,
          vpcSubnets,
          securityGroup,
          authenticationMethod,
        }),
    );
  }

  readonly lagPerSecond = MILLIS_PER_SECOND;
  readonly reportsItemFailures: boolean;

  private constructor(
    readonly name: string,
    private readonly options: KafkaStreamOptions,
    private readonly create: (props: KafkaEventSourceProps) => IEventSource,
  ) {
    this.reportsItemFailures = options.maximumPollers !== undefined;
  }

  check(validation: Validation): void {
    const { topic, batchSize = 100, maxBatchingWindow, startingPosition, maximumPollers = 1 } = this.options;
    const { schemaRegistry } = this.options;
    const window = maxBatchingWindow?.toSeconds();
    validation
      .check(
        topic,
        /^[\w.-]{1,249}$/.test(topic),
        'topic must be 1 to 249 letters, digits, dots, hyphens and underscores',
      )
      .check(
        batchSize,
        Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= 10_000,
        'batchSize of the topic must be 1 to 10,000',
      )
      .check(
        window,
        window === undefined || window <= 300,
        'maxBatchingWindow must be at most 5 minutes, in seconds',
      )
      .check(
        maximumPollers,
        Number.isInteger(maximumPollers) && maximumPollers >= 1 && maximumPollers <= 2000,
        'maximumPollers must be 1 to 2,000',
      )
      .check(
        'a schemaRegistry without maximumPollers',
        schemaRegistry === undefined || this.reportsItemFailures,
        'schemaRegistry needs maximumPollers: Lambda reads schemas in its provisioned mode only',
      )
      .check(
        startingPosition,
        startingPosition !== StartingPosition.AT_TIMESTAMP,
        'startingPosition must be TRIM_HORIZON or LATEST: a time would change with no deployment',
      );
  }

  attach(_scope: Construct, _id: string, { handler, deadLetters }: StreamReaderContext): string {
    const { topic, secret, consumerGroupId, maximumPollers, schemaRegistry, ...options } = this.options;
    const source = this.create({
      topic,
      secret,
      consumerGroupId,
      batchSize: options.batchSize,
      maxBatchingWindow: options.maxBatchingWindow,
      filters: options.filters,
      schemaRegistryConfig: schemaRegistry?._registry,
      startingPosition: options.startingPosition ?? StartingPosition.TRIM_HORIZON,
      ...(maximumPollers !== undefined && {
        provisionedPollerConfig: { minimumPollers: 1, maximumPollers },
        reportBatchItemFailures: true,
        bisectBatchOnError: true,
        // The function may send there already.
        onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
      }),
    });
    handler.addEventSource(source);
    for (const policy of ['AWSLambdaMSKExecutionRole', 'AWSLambdaVPCAccessExecutionRole']) {
      explain(
        handler.role as IRole,
        `IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/${policy}]`,
        "what Lambda's pollers need of the role, as AWS keeps it",
      );
    }
    // The CDK tells the mapping of MSK only.
    const mapping = handler.node.children.find((child) => child instanceof EventSourceMapping);
    return (mapping as EventSourceMapping).eventSourceMappingId;
  }

  lag({ recordAge }: StreamReaderContext): IMetric {
    return recordAge.with({ statistic: 'Maximum', period: Duration.minutes(1) });
  }
}
