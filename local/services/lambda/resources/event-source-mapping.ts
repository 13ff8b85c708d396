import type { ResourceContext, ResourceProvider, TemplateProperties } from '../../../gateway/service';
import { tagMap } from '../../template-tags';
import { ignoreMissing } from './ignore-missing';
import { replaceTags } from './tags';

const NUMBERS = [
  'BatchSize',
  'MaximumBatchingWindowInSeconds',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
];
const SWITCHES = ['Enabled', 'BisectBatchOnFunctionError'];
const OTHERS = [
  'FunctionName',
  'FunctionResponseTypes',
  'DestinationConfig',
  'FilterCriteria',
  'ScalingConfig',
];
const KAFKA = [
  'SelfManagedEventSource',
  'SelfManagedKafkaEventSourceConfig',
  'SourceAccessConfigurations',
  'Topics',
];
const CREATE_ONLY = ['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp', ...KAFKA];

/** What a property that is gone returns to. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  Enabled: true,
  MaximumBatchingWindowInSeconds: 0,
  MaximumRecordAgeInSeconds: -1,
  MaximumRetryAttempts: -1,
  ParallelizationFactor: 1,
  BisectBatchOnFunctionError: false,
  FunctionResponseTypes: [],
  DestinationConfig: { OnFailure: {} },
  FilterCriteria: { Filters: [] },
  ScalingConfig: {},
};
const BATCH_SIZES: Readonly<Record<string, number>> = { sqs: 10 };
const DEFAULT_BATCH_SIZE = 100;

/** AWS::Lambda::EventSourceMapping */
export const eventSourceMappingResource: ResourceProvider = {
  properties: [...CREATE_ONLY, ...NUMBERS, ...SWITCHES, ...OTHERS, 'Tags'],
  createOnly: CREATE_ONLY,

  async create(properties, context) {
    const { EventSourceArn, StartingPosition, StartingPositionTimestamp: seconds } = properties;
    const input = {
      ...settings(properties),
      ...topic(properties),
      ...(properties.Tags?.length && { Tags: tagMap(properties.Tags) }),
      ...(EventSourceArn && { EventSourceArn }),
      ...(StartingPosition && { StartingPosition }),
      // "in Unix time seconds": the resource's reference.
      ...(seconds !== undefined && { StartingPositionTimestamp: new Date(Number(seconds) * 1_000) }),
    };
    return state(await call('CreateEventSourceMapping', input, context));
  },

  async update(UUID, properties, previous, context) {
    const gone = Object.keys(settings(previous)).map((name) => [name, defaultOf(name, properties)]);
    const input = { ...Object.fromEntries(gone), ...settings(properties), UUID };
    const mapping = await call('UpdateEventSourceMapping', input, context);
    await replaceTags(mapping.EventSourceMappingArn, properties, previous, context);
    return state(mapping);
  },

  async delete(UUID, _properties, context) {
    await call('DeleteEventSourceMapping', { UUID }, context).catch(ignoreMissing);
  },
};

interface Mapping {
  readonly UUID: string;
  readonly EventSourceMappingArn: string;
}

function call(operation: string, input: object, context: ResourceContext): Promise<Mapping> {
  return context.call('lambda', operation, input);
}

function defaultOf(name: string, { EventSourceArn }: TemplateProperties): unknown {
  if (name !== 'BatchSize') return DEFAULTS[name];
  return BATCH_SIZES[String(EventSourceArn).split(':')[2] as string] ?? DEFAULT_BATCH_SIZE;
}

/** Templates may write numbers and booleans as text. */
function settings(properties: TemplateProperties): Record<string, unknown> {
  const given = (names: readonly string[], read: (value: unknown) => unknown) =>
    names.filter((name) => properties[name] !== undefined).map((name) => [name, read(properties[name])]);
  return Object.fromEntries([
    ...given(NUMBERS, Number),
    ...given(SWITCHES, (value) => String(value) === 'true'),
    ...given(OTHERS, numbersWithin),
  ]);
}

/** Brokers have another name in templates than in requests. */
function topic(properties: TemplateProperties): Record<string, unknown> {
  const given = KAFKA.filter((name) => properties[name] !== undefined);
  const servers = properties.SelfManagedEventSource?.Endpoints?.KafkaBootstrapServers;
  return {
    ...Object.fromEntries(given.map((name) => [name, properties[name]])),
    ...(servers && { SelfManagedEventSource: { Endpoints: { KAFKA_BOOTSTRAP_SERVERS: servers } } }),
  };
}

/** The only number within others is MaximumConcurrency. */
function numbersWithin(value: unknown): unknown {
  const { MaximumConcurrency } = value as { MaximumConcurrency?: unknown };
  return MaximumConcurrency === undefined ? value : { MaximumConcurrency: Number(MaximumConcurrency) };
}

function state({ UUID, EventSourceMappingArn }: Mapping) {
  return { physicalId: UUID, attributes: { Id: UUID, EventSourceMappingArn } };
}
