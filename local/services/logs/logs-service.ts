import * as sdk from '@aws-sdk/client-cloudwatch-logs';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { PolicyDocument, PolicyStatement } from '../../gateway/policy';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';
import { embeddedMetrics } from './embedded-metrics';
import { logFilter } from './filter-pattern';
import { checkGroupKey } from './group-encryption';
import { implementedInputs } from './inputs';
import { LogEvents } from './log-events';
import type { LogGroup, LogStream } from './log-group';
import { logGroupResource, logStreamResource, logsResourcePolicyResource } from './resources';

const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const MAXIMUM_EVENTS = 10_000;
const MAXIMUM_GROUPS = 50;

/** CloudWatch Logs: groups, streams, events, and the metrics embedded in events. */
export class LogsService implements Service {
  readonly name = 'logs';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::Logs::LogGroup': logGroupResource,
    'AWS::Logs::LogStream': logStreamResource,
    'AWS::Logs::ResourcePolicy': logsResourcePolicyResource,
  };
  private readonly groups: Map<string, LogGroup>;
  private readonly events: LogEvents;
  private readonly policies: Map<string, PolicyDocument>;

  constructor(private readonly cloud: Cloud) {
    this.groups = cloud.table('logs/groups');
    this.events = new LogEvents(cloud);
    this.policies = cloud.table('logs/resource-policies');
  }

  readonly operations: Operations<typeof sdk> = {
    CreateLogGroup: async (input) => {
      const name = input.logGroupName as string;
      if (this.groups.has(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      const { kmsKeyId } = input;
      if (kmsKeyId) await checkGroupKey(this.cloud, kmsKeyId, name);
      const created = this.cloud.clock.now();
      this.groups.set(name, { name, created, kmsKeyId, tags: { ...input.tags }, streams: new Map() });
      return {};
    },

    DeleteLogGroup: (input) => {
      const group = this.group(input);
      this.events.remove(group);
      this.groups.delete(group.name);
      return {};
    },

    DescribeLogGroups: (input) => {
      const pattern = input.logGroupNamePattern?.toLowerCase() ?? '';
      const found = [...this.groups.values()]
        .filter(({ name }) => name.startsWith(input.logGroupNamePrefix ?? ''))
        .filter(({ name }) => name.toLowerCase().includes(pattern))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, nextToken } = paginate(found, input.limit ?? MAXIMUM_GROUPS, input.nextToken);
      return { logGroups: page.map((group) => this.describeGroup(group)), nextToken };
    },

    AssociateKmsKey: async (input) => {
      const group = this.group(input);
      await checkGroupKey(this.cloud, input.kmsKeyId as string, group.name);
      group.kmsKeyId = input.kmsKeyId;
      return {};
    },

    DisassociateKmsKey: (input) => {
      delete this.group(input).kmsKeyId;
      return {};
    },

    PutRetentionPolicy: (input) => {
      const days = input.retentionInDays as number;
      if (!RETENTION_DAYS.includes(days)) {
        throw new AwsError(
          'InvalidParameterException',
          `1 validation error detected: Value '${days}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${RETENTION_DAYS.join(', ')}]`,
        );
      }
      this.group(input).retentionInDays = days;
      return {};
    },

    DeleteRetentionPolicy: (input) => {
      delete this.group(input).retentionInDays;
      return {};
    },

    CreateLogStream: (input) => {
      const { streams } = this.group(input);
      const name = input.logStreamName as string;
      if (streams.has(name))
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log stream already exists');
      streams.set(name, { name, created: this.cloud.clock.now(), pages: 0 });
      return {};
    },

    DeleteLogStream: (input) => {
      const { group, stream } = this.stream(input);
      this.events.remove(group, [stream]);
      group.streams.delete(stream.name);
      return {};
    },

    DescribeLogStreams: (input) => {
      const group = this.group(input);
      const streams = [...group.streams.values()].filter(({ name }) =>
        name.startsWith(input.logStreamNamePrefix ?? ''),
      );
      const byName = input.orderBy !== 'LastEventTime';
      const last = (stream: LogStream) => this.events.of(group, stream).at(-1)?.timestamp ?? 0;
      streams.sort((a, b) => (byName ? (a.name < b.name ? -1 : 1) : last(a) - last(b)));
      if (input.descending) streams.reverse();
      const { page, nextToken } = paginate(streams, input.limit ?? MAXIMUM_GROUPS, input.nextToken);
      return { logStreams: page.map((stream) => this.describeStream(group, stream)), nextToken };
    },

    PutLogEvents: (input) => {
      const { group, stream } = this.stream(input);
      const events = (input.logEvents ?? []) as { timestamp: number; message: string }[];
      if (
        events.some(({ timestamp }, index) => timestamp < (events[index - 1]?.timestamp ?? -Number.MAX_VALUE))
      ) {
        throw new AwsError(
          'InvalidParameterException',
          'Log events in a single PutLogEvents request must be in chronological order.',
        );
      }
      const ingestionTime = this.cloud.clock.now();
      this.events.append(
        group,
        stream,
        events.map(({ timestamp, message }) => ({ timestamp, message, ingestionTime })),
      );
      for (const { message } of events) this.recordMetrics(message);
      return { nextSequenceToken: this.cloud.id(56, 'hex') };
    },

    GetLogEvents: (input) => {
      const { group, stream } = this.stream(input);
      this.events.expire(group, this.cloud.clock.now());
      const events = this.events.of(group, stream).filter(within(input.startTime, input.endTime));
      const limit = input.limit ?? MAXIMUM_EVENTS;
      const [direction, position] = input.nextToken?.split('/') ?? [];
      const at = Number(position);
      const from = direction === 'f' ? at : direction === 'b' ? Math.max(0, at - limit) : undefined;
      const start = from ?? (input.startFromHead ? 0 : Math.max(0, events.length - limit));
      const end = direction === 'b' ? at : start + limit;
      const items = events.slice(start, end);
      return {
        events: items,
        nextForwardToken: `f/${start + items.length}`,
        nextBackwardToken: `b/${start}`,
      };
    },

    FilterLogEvents: (input) => {
      const group = this.group(input);
      this.events.expire(group, this.cloud.clock.now());
      const matches = logFilter(input.filterPattern ?? '');
      const named = input.logStreamNames;
      const found = [...group.streams.values()]
        .filter(({ name }) => named?.includes(name) ?? name.startsWith(input.logStreamNamePrefix ?? ''))
        .flatMap((stream) =>
          this.events
            .of(group, stream)
            .filter(within(input.startTime, (input.endTime ?? Infinity) + 1))
            .map((event) => ({ ...event, logStreamName: stream.name })),
        )
        .filter(({ message }) => matches(message))
        .sort((a, b) => a.timestamp - b.timestamp)
        .map((event, index) => ({ ...event, eventId: String(index).padStart(56, '0') }));
      const { page, nextToken } = paginate(found, input.limit ?? MAXIMUM_EVENTS, input.nextToken);
      return { events: page, searchedLogStreams: [], nextToken };
    },

    TagResource: (input) => {
      Object.assign(this.groupByArn(input.resourceArn as string).tags, input.tags);
      return {};
    },

    UntagResource: (input) => {
      const { tags } = this.groupByArn(input.resourceArn as string);
      for (const key of input.tagKeys ?? []) delete tags[key];
      return {};
    },

    ListTagsForResource: (input) => ({ tags: { ...this.groupByArn(input.resourceArn as string).tags } }),

    PutResourcePolicy: (input) => {
      const document = parsePolicy(input.policyDocument ?? '');
      this.policies.set(input.policyName ?? '', document);
      return { resourcePolicy: this.describePolicy(input.policyName ?? '', document) };
    },

    DescribeResourcePolicies: () => ({
      resourcePolicies: [...this.policies].map(([name, document]) => this.describePolicy(name, document)),
    }),

    DeleteResourcePolicy: (input) => {
      if (!this.policies.delete(input.policyName ?? '')) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Policy with name [${input.policyName}] does not exist.`,
        );
      }
      return {};
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `logs:${operation}`;
    if (operation.endsWith('ResourcePolicy') || operation.endsWith('ResourcePolicies'))
      return [{ action, resource: '*' }];
    if (input.resourceArn) return [{ action, resource: input.resourceArn as string }];
    // A group is authorised as all of its streams: `...:log-group:<name>:log-stream:`.
    const stream = (STREAM_OPERATIONS.has(operation) && input.logStreamName) || '';
    const resource = this.cloud.arn('logs', `log-group:${groupName(input) ?? ''}:log-stream:${stream}`);
    return [{ action, resource }];
  }

  /** The account's policies apply to every group; their statements say which. */
  resourcePolicy(): PolicyDocument | undefined {
    const statements = [...this.policies.values()].flatMap(({ Statement }) => Statement as PolicyStatement);
    return statements.length > 0 ? { Statement: statements } : undefined;
  }

  private recordMetrics(message: string): void {
    const monitoring = this.cloud.service<CloudWatchService>('monitoring');
    for (const { namespace, name, dimensions, value, unit, timestamp } of embeddedMetrics(message)) {
      monitoring.record(namespace, name, dimensions, value, unit, new Date(timestamp));
    }
  }

  private group(input: object): LogGroup {
    const group = this.groups.get(groupName(input) ?? '');
    if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  }

  private groupByArn(arn: string): LogGroup {
    return this.group({ logGroupIdentifier: arn });
  }

  private stream(input: { logStreamName?: string | undefined }): { group: LogGroup; stream: LogStream } {
    const group = this.group(input);
    const stream = group.streams.get(input.logStreamName ?? '');
    if (!stream) throw new AwsError('ResourceNotFoundException', 'The specified log stream does not exist.');
    return { group, stream };
  }

  private groupArn(name: string): string {
    return this.cloud.arn('logs', `log-group:${name}`);
  }

  private describeGroup(group: LogGroup): sdk.LogGroup {
    return {
      logGroupName: group.name,
      creationTime: group.created,
      retentionInDays: group.retentionInDays,
      kmsKeyId: group.kmsKeyId,
      metricFilterCount: 0,
      arn: `${this.groupArn(group.name)}:*`,
      logGroupArn: this.groupArn(group.name),
      storedBytes: 0,
      logGroupClass: 'STANDARD',
    };
  }

  private describeStream(group: LogGroup, stream: LogStream): sdk.LogStream {
    const { name, created } = stream;
    const events = this.events.of(group, stream);
    return {
      logStreamName: name,
      creationTime: created,
      firstEventTimestamp: events[0]?.timestamp,
      lastEventTimestamp: events.at(-1)?.timestamp,
      lastIngestionTime: events.at(-1)?.ingestionTime,
      arn: `${this.groupArn(group.name)}:log-stream:${name}`,
      storedBytes: 0,
    };
  }

  private describePolicy(name: string, document: PolicyDocument): sdk.ResourcePolicy {
    return { policyName: name, policyDocument: JSON.stringify(document) };
  }
}

const STREAM_OPERATIONS = new Set(['PutLogEvents', 'GetLogEvents', 'DeleteLogStream']);

function groupName(input: { logGroupName?: unknown; logGroupIdentifier?: unknown }): string | undefined {
  const name = (input.logGroupName ?? input.logGroupIdentifier) as string | undefined;
  return name?.replace(/^arn:.*:log-group:/, '').replace(/:\*$/, '');
}

function within(from = -Infinity, until = Infinity) {
  return ({ timestamp }: { timestamp: number }) => timestamp >= from && timestamp < until;
}

function parsePolicy(document: string): PolicyDocument {
  try {
    return JSON.parse(document) as PolicyDocument;
  } catch {
    throw new AwsError('InvalidParameterException', 'Policy document is not valid JSON.');
  }
}
