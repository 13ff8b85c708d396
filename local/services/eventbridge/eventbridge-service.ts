import * as sdk from '@aws-sdk/client-eventbridge';
import { AwsError, onlySupports } from '../../gateway/aws-error';
import type { Timer } from '../../gateway/clock';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { matchesPattern, parseEventPattern } from './event-pattern';
import { eventBusResource, ruleResource } from './resources';
import type { CloudEvent, StoredRule } from './rule';
import { parseSchedule } from './schedule';
import { TargetDelivery, validateTarget } from './target-delivery';
import { validateTargetInput } from './target-input';

const DEFAULT_BUS = 'default';
const PAGE = 100;
const MOST_TARGETS = 5;
const MOST_ENTRIES = 10;
const LARGEST_ENTRY_BYTES = 1024 * 1024;

interface StoredBus {
  readonly name: string;
  readonly description?: string;
  readonly created: Date;
}

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
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::Events::Rule': ruleResource,
    'AWS::Events::EventBus': eventBusResource,
  };
  private readonly rules: Map<string, StoredRule>;
  private readonly buses: Map<string, StoredBus>;
  private readonly tags: Map<string, Record<string, string>>;
  private readonly timers = new Map<string, Timer>();
  private readonly delivery: TargetDelivery;

  constructor(private readonly cloud: Cloud) {
    this.rules = cloud.table('events/rules');
    this.buses = cloud.table('events/buses');
    this.tags = cloud.table('events/tags');
    this.delivery = new TargetDelivery(cloud);
  }

  readonly operations: Operations<typeof sdk> = {
    PutEvents: (input) => {
      if ((input.Entries?.length ?? 0) > MOST_ENTRIES) {
        throw invalid(
          `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length less than or equal to ${MOST_ENTRIES}`,
        );
      }
      const entries = (input.Entries ?? []).map((entry) => this.accept(entry));
      return { FailedEntryCount: entries.filter(({ ErrorCode }) => ErrorCode).length, Entries: entries };
    },

    PutRule: (input) => {
      const busName = this.existingBus(input.EventBusName);
      const name = input.Name as string;
      if (input.EventPattern === undefined && input.ScheduleExpression === undefined) {
        throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
      }
      if (input.ScheduleExpression !== undefined && busName !== DEFAULT_BUS) {
        throw invalid('ScheduleExpression is supported only on the default event bus.');
      }
      if (input.EventPattern !== undefined) parseEventPattern(input.EventPattern);
      const now = this.cloud.clock.now();
      if (input.ScheduleExpression !== undefined) parseSchedule(input.ScheduleExpression, now);
      const existing = this.rules.get(key(busName, name));
      const state = input.State ?? 'ENABLED';
      const isSameSchedule =
        existing?.scheduleExpression === input.ScheduleExpression && existing?.state === state;
      const rule: StoredRule = {
        name,
        arn: this.ruleArn(busName, name),
        busName,
        description: input.Description,
        eventPattern: input.EventPattern,
        scheduleExpression: input.ScheduleExpression,
        roleArn: input.RoleArn,
        state,
        scheduledFrom: existing && isSameSchedule ? existing.scheduledFrom : now,
        targets: existing?.targets ?? new Map(),
      };
      this.store(rule);
      if (!existing) this.tag(rule.arn, input.Tags);
      return { RuleArn: rule.arn };
    },

    DescribeRule: (input) => {
      const rule = this.rule(input.Name, input.EventBusName);
      return { ...describeRule(rule), CreatedBy: this.cloud.account };
    },

    ListRules: (input) => {
      const busName = this.existingBus(input.EventBusName);
      const { page, nextToken } = paginate(
        this.rulesOf(busName).filter(({ name }) => name.startsWith(input.NamePrefix ?? '')),
        input.Limit ?? PAGE,
        input.NextToken,
      );
      return { Rules: page.map(describeRule), NextToken: nextToken };
    },

    EnableRule: (input) => {
      const rule = this.rule(input.Name, input.EventBusName);
      if (rule.state !== 'ENABLED') {
        this.store({ ...rule, state: 'ENABLED', scheduledFrom: this.cloud.clock.now() });
      }
      return {};
    },

    DisableRule: (input) => {
      this.store({ ...this.rule(input.Name, input.EventBusName), state: 'DISABLED' });
      return {};
    },

    DeleteRule: (input) => {
      const busName = this.existingBus(input.EventBusName);
      const rule = this.rules.get(key(busName, input.Name as string));
      if (!rule) return {};
      if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      this.rules.delete(key(busName, rule.name));
      this.tags.delete(rule.arn);
      this.schedule(key(busName, rule.name));
      return {};
    },

    PutTargets: (input) => {
      const rule = this.rule(input.Rule, input.EventBusName);
      const targets = new Map(rule.targets);
      for (const target of input.Targets ?? []) {
        validateTarget(target);
        validateTargetInput(target);
        targets.set(target.Id as string, target);
      }
      if (targets.size > MOST_TARGETS) {
        throw new AwsError(
          'LimitExceededException',
          'The requested resource exceeds the maximum number allowed.',
        );
      }
      this.store({ ...rule, targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },

    RemoveTargets: (input) => {
      const rule = this.rule(input.Rule, input.EventBusName);
      const targets = new Map(rule.targets);
      const failed = (input.Ids ?? []).filter((id) => !targets.delete(id));
      this.store({ ...rule, targets });
      return {
        FailedEntryCount: failed.length,
        FailedEntries: failed.map((TargetId) => ({
          TargetId,
          ErrorCode: 'ResourceNotFoundException',
          ErrorMessage: `Rule ${rule.name} does not have a target with the Id ${TargetId}.`,
        })),
      };
    },

    ListTargetsByRule: (input) => {
      const { targets } = this.rule(input.Rule, input.EventBusName);
      const { page, nextToken } = paginate([...targets.values()], input.Limit ?? PAGE, input.NextToken);
      return { Targets: page, NextToken: nextToken };
    },

    ListRuleNamesByTarget: (input) => {
      const rules = this.rulesOf(this.existingBus(input.EventBusName)).filter(({ targets }) =>
        [...targets.values()].some(({ Arn }) => Arn === input.TargetArn),
      );
      const { page, nextToken } = paginate(rules, input.Limit ?? PAGE, input.NextToken);
      return { RuleNames: page.map(({ name }) => name), NextToken: nextToken };
    },

    TestEventPattern: (input) => {
      const pattern = parseEventPattern(input.EventPattern as string);
      const event = parseJson(input.Event as string);
      if (!isObject(event)) throw invalid('Parameter Event is not valid.');
      const fields = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type'];
      const missing = fields.find((field) => event[field] === undefined);
      if (missing) throw invalid(`Parameter Event is not valid. Reason: ${missing} is missing`);
      return { Result: matchesPattern(pattern, event) };
    },

    CreateEventBus: (input) => {
      onlySupports('CreateEventBus', input, ['Name', 'Description', 'Tags']);
      const name = input.Name as string;
      if (name === DEFAULT_BUS || this.buses.has(name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      }
      this.buses.set(name, { name, description: input.Description, created: this.cloud.clock.date() });
      this.tag(this.busArn(name), input.Tags);
      return { EventBusArn: this.busArn(name), Description: input.Description };
    },

    DescribeEventBus: (input) => {
      const name = this.existingBus(input.Name);
      const bus = this.buses.get(name);
      return {
        Name: name,
        Arn: this.busArn(name),
        Description: bus?.description,
        CreationTime: bus?.created,
      };
    },

    ListEventBuses: (input) => {
      const names = [DEFAULT_BUS, ...this.buses.keys()].filter((name) =>
        name.startsWith(input.NamePrefix ?? ''),
      );
      return { EventBuses: names.map((Name) => ({ Name, Arn: this.busArn(Name) })) };
    },

    DeleteEventBus: (input) => {
      const name = input.Name as string;
      if (name === DEFAULT_BUS) throw invalid('Cannot delete event bus default.');
      if (this.rulesOf(name).length > 0)
        throw invalid(`Event bus ${name} can't be deleted since it has rules.`);
      this.buses.delete(name);
      return {};
    },

    TagResource: (input) => {
      this.tag(this.taggable(input.ResourceARN), input.Tags);
      return {};
    },

    UntagResource: (input) => {
      const tags = { ...this.tags.get(this.taggable(input.ResourceARN)) };
      for (const name of input.TagKeys ?? []) delete tags[name];
      this.tags.set(input.ResourceARN as string, tags);
      return {};
    },

    ListTagsForResource: (input) => {
      const tags = this.tags.get(this.taggable(input.ResourceARN)) ?? {};
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const action = `events:${operation}`;
    if (operation === 'PutEvents') {
      const entries = input.Entries as sdk.PutEventsRequestEntry[];
      const buses = new Set(entries.map(({ EventBusName }) => busNameOf(EventBusName)));
      return [...buses].map((name) => ({ action, resource: this.busArn(name) }));
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

  /** Schedules go on after a restart. */
  async start(): Promise<void> {
    for (const name of this.rules.keys()) this.schedule(name);
  }

  async stop(): Promise<void> {
    for (const timer of this.timers.values()) timer.cancel();
  }

  /** Puts an event of AWS itself on the default bus; `clock.settle` waits for its deliveries. */
  emit(event: ServiceEvent): void {
    this.dispatch(DEFAULT_BUS, this.newEvent(event));
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
    if (busName === DEFAULT_BUS || this.buses.has(busName)) this.dispatch(busName, event);
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
    for (const rule of this.rulesOf(busName)) {
      if (rule.state === 'DISABLED' || rule.eventPattern === undefined) continue;
      if (matchesPattern(parseEventPattern(rule.eventPattern), event)) this.trigger(rule, event);
    }
  }

  private trigger(rule: StoredRule, event: CloudEvent): void {
    for (const target of rule.targets.values()) {
      this.cloud.clock.track(this.delivery.deliver(rule, target, event));
    }
  }

  private store(rule: StoredRule): void {
    this.rules.set(key(rule.busName, rule.name), rule);
    this.schedule(key(rule.busName, rule.name));
  }

  /** Sets the timer of the next firing anew; a rule that is gone or disabled gets none. */
  private schedule(ruleKey: string): void {
    this.timers.get(ruleKey)?.cancel();
    this.timers.delete(ruleKey);
    const rule = this.rules.get(ruleKey);
    if (rule?.scheduleExpression === undefined || rule.state === 'DISABLED') return;
    const next = parseSchedule(rule.scheduleExpression, rule.scheduledFrom).next(this.cloud.clock.now());
    if (next === undefined) return;
    const fire = () => {
      this.schedule(ruleKey);
      const event = {
        source: 'aws.events',
        'detail-type': 'Scheduled Event',
        detail: {},
        resources: [rule.arn],
      };
      this.trigger(rule, this.newEvent(event, new Date(next)));
    };
    this.timers.set(ruleKey, this.cloud.clock.at(next, fire));
  }

  private rulesOf(busName: string): StoredRule[] {
    return [...this.rules.values()]
      .filter((rule) => rule.busName === busName)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private rule(name: string | undefined, bus: string | undefined): StoredRule {
    const busName = this.existingBus(bus);
    const rule = this.rules.get(key(busName, name ?? ''));
    if (!rule) throw notFound(`Rule ${name} does not exist on EventBus ${busName}.`);
    return rule;
  }

  private existingBus(nameOrArn: string | undefined): string {
    const name = busNameOf(nameOrArn);
    if (name !== DEFAULT_BUS && !this.buses.has(name)) throw notFound(`Event bus ${name} does not exist.`);
    return name;
  }

  private taggable(arn: string | undefined): string {
    const isRule = [...this.rules.values()].some((rule) => rule.arn === arn);
    const isBus = [DEFAULT_BUS, ...this.buses.keys()].some((name) => this.busArn(name) === arn);
    if (!arn || (!isRule && !isBus)) throw notFound(`The resource ${arn} does not exist.`);
    return arn;
  }

  private tag(arn: string, tags: readonly sdk.Tag[] | undefined): void {
    const merged = { ...this.tags.get(arn) };
    for (const { Key, Value } of tags ?? []) merged[Key as string] = Value as string;
    this.tags.set(arn, merged);
  }

  private permissionResource(operation: string, input: Record<string, unknown>): string {
    if (input.ResourceARN) return input.ResourceARN as string;
    if (operation.endsWith('EventBus')) return this.busArn(busNameOf(input.Name as string | undefined));
    const rule = (input.Rule ?? (operation.endsWith('Rule') ? input.Name : undefined)) as string | undefined;
    return rule ? this.ruleArn(busNameOf(input.EventBusName as string | undefined), rule) : '*';
  }

  private ruleArn(busName: string, name: string): string {
    return this.cloud.arn('events', `rule/${busName === DEFAULT_BUS ? '' : `${busName}/`}${name}`);
  }

  private busArn(name: string): string {
    return this.cloud.arn('events', `event-bus/${name}`);
  }
}

function key(busName: string, ruleName: string): string {
  return `${busName}/${ruleName}`;
}

function busNameOf(nameOrArn: string | undefined): string {
  return nameOrArn?.split('/').pop() ?? DEFAULT_BUS;
}

function describeRule(rule: StoredRule): sdk.Rule {
  return {
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.eventPattern,
    ScheduleExpression: rule.scheduleExpression,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.busName,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function refuse(ErrorCode: string, ErrorMessage: string): sdk.PutEventsResultEntry {
  return { ErrorCode, ErrorMessage };
}

function required(name: string): string {
  return `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}
