import * as sdk from '@aws-sdk/client-eventbridge';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { isObject, parseJson } from '../json';
import { ResourceTags } from '../resource-tags';
import { busOperations } from './bus-operations';
import { invalid } from './errors';
import { matchesPattern, parseEventPattern } from './event-pattern';
import { implementedInputs } from './inputs';
import { eventBusResource, ruleResource } from './resources';
import type { CloudEvent, StoredRule } from './rule';
import { ruleOperations } from './rule-operations';
import { RuleSchedules } from './rule-schedules';
import { busNameOf, DEFAULT_BUS, Rules } from './rules';
import { TargetDelivery } from './target-delivery';

const LARGEST_ENTRY_BYTES = 1024 * 1024;

/** An event that AWS itself sends. */
export interface ServiceEvent {
  /** e.g. `aws.sagemaker` */
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
  /** ARNs. */
  readonly resources?: readonly string[];
}

/** EventBridge: rules on events and schedules, and the delivery to their targets. */
export class EventBridgeService implements Service {
  readonly name = 'events';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::Events::Rule': ruleResource,
    'AWS::Events::EventBus': eventBusResource,
  };
  private readonly rules: Rules;
  private readonly schedules: RuleSchedules;
  private readonly delivery: TargetDelivery;

  constructor(private readonly cloud: Cloud) {
    this.rules = new Rules(cloud);
    this.delivery = new TargetDelivery(cloud);
    this.schedules = new RuleSchedules(cloud, this.rules, (rule, time) => this.fire(rule, time));
    const { rules, schedules } = this;
    const tags = new ResourceTags(cloud.table('events/tags'), (arn) => rules.existingArn(arn));
    this.operations = {
      PutEvents: (input) => this.putEvents(input),
      ...ruleOperations({ cloud, rules, schedules, tags }),
      ...busOperations(cloud, rules, tags),
      ...tags.operations,
    };
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `events:${operation}`;
    if (operation === 'PutEvents') {
      const entries = input.Entries as sdk.PutEventsRequestEntry[];
      const buses = new Set(entries.map(({ EventBusName }) => busNameOf(EventBusName)));
      return [...buses].map((name) => ({ action, resource: this.rules.busArn(name) }));
    }
    const targets = (input.Targets as sdk.Target[] | undefined) ?? [];
    const roles = [input.RoleArn as string | undefined, ...targets.map(({ RoleArn }) => RoleArn)];
    return [
      { action, resource: this.permissionResource(operation, input) },
      ...roles
        .filter((role) => role !== undefined)
        .map((resource) => ({
          action: 'iam:PassRole',
          resource,
          context: { 'iam:PassedToService': 'events.amazonaws.com' },
        })),
    ];
  }

  async start(): Promise<void> {
    this.schedules.start();
  }

  async stop(): Promise<void> {
    this.schedules.stop();
  }

  /** Puts an event of AWS itself on the default bus; `clock.settle` waits for its deliveries. */
  emit(event: ServiceEvent): void {
    this.dispatch(DEFAULT_BUS, this.newEvent(event));
  }

  private putEvents(input: sdk.PutEventsRequest): sdk.PutEventsResponse {
    const entries = (input.Entries ?? []).map((entry) => this.accept(entry));
    return { FailedEntryCount: entries.filter(({ ErrorCode }) => ErrorCode).length, Entries: entries };
  }

  private accept(entry: sdk.PutEventsRequestEntry): sdk.PutEventsResultEntry {
    const { Source = '', DetailType = '', Detail, Resources = [], Time } = entry;
    if (Source === '') return refuse('InvalidArgument', required('Source'));
    if (DetailType === '') return refuse('InvalidArgument', required('DetailType'));
    if (Detail === undefined) return refuse('InvalidArgument', required('Detail'));
    if (Source.startsWith('aws.')) return refuse('NotAuthorizedForSource', 'Not authorized for the source.');
    const detail = parseJson(Detail);
    if (!isObject(detail)) return refuse('MalformedDetail', 'Detail is malformed.');
    const bytes = [Source, DetailType, Detail, ...Resources].reduce(
      (sum, text) => sum + Buffer.byteLength(text),
      0,
    );
    if (bytes > LARGEST_ENTRY_BYTES)
      throw invalid('Total size of the entries in the request is over the limit.');
    const event = this.newEvent(
      { source: Source, 'detail-type': DetailType, detail, resources: Resources },
      Time,
    );
    const busName = busNameOf(entry.EventBusName);
    // AWS accepts events for a bus that is not there, and loses them.
    if (busName === DEFAULT_BUS || this.rules.buses.has(busName)) this.dispatch(busName, event);
    return { EventId: event.id };
  }

  private newEvent(event: ServiceEvent, time: Date = this.cloud.clock.date()): CloudEvent {
    return {
      version: '0',
      id: this.cloud.uuid(),
      'detail-type': event['detail-type'],
      source: event.source,
      account: this.cloud.account,
      time: `${time.toISOString().slice(0, 19)}Z`,
      region: this.cloud.region,
      resources: event.resources ?? [],
      // Senders may go on to change what they sent.
      detail: JSON.parse(JSON.stringify(event.detail ?? {})),
    };
  }

  private dispatch(busName: string, event: CloudEvent): void {
    for (const rule of this.rules.of(busName)) {
      if (rule.state === 'DISABLED' || rule.eventPattern === undefined) continue;
      if (matchesPattern(parseEventPattern(rule.eventPattern), event)) this.trigger(rule, event);
    }
  }

  private trigger(rule: StoredRule, event: CloudEvent): void {
    for (const target of rule.targets.values()) {
      this.cloud.clock.track(this.delivery.deliver(rule, target, event));
    }
  }

  private fire(rule: StoredRule, time: Date): void {
    const event = {
      source: 'aws.events',
      'detail-type': 'Scheduled Event',
      detail: {},
      resources: [rule.arn],
    };
    this.trigger(rule, this.newEvent(event, time));
  }

  private permissionResource(operation: string, input: Record<string, unknown>): string {
    if (input.ResourceARN) return input.ResourceARN as string;
    if (operation.endsWith('EventBus')) return this.rules.busArn(busNameOf(input.Name as string | undefined));
    const rule = (input.Rule ?? (operation.endsWith('Rule') ? input.Name : undefined)) as string | undefined;
    return rule ? this.rules.ruleArn(busNameOf(input.EventBusName as string | undefined), rule) : '*';
  }
}

function refuse(ErrorCode: string, ErrorMessage: string): sdk.PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function required(name: string): string {
  return `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
}
