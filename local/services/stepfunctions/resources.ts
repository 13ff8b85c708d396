import { NotImplementedError, onlySupports } from '../../gateway/aws-error';
import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';
import { tagChanges } from '../template-tags';

/** AWS::StepFunctions::StateMachine */
export const stateMachineResource: ResourceProvider = {
  properties: [
    'StateMachineName',
    'StateMachineType',
    'DefinitionString',
    'DefinitionSubstitutions',
    'RoleArn',
    'EncryptionConfiguration',
    'LoggingConfiguration',
    'TracingConfiguration',
    'Tags',
  ],
  createOnly: ['StateMachineName', 'StateMachineType'],

  async create(properties, context) {
    const { stateMachineArn } = await context.call<{ stateMachineArn: string }>(
      'states',
      'CreateStateMachine',
      {
        name: properties.StateMachineName ?? context.generateName({ maxLength: 80 }),
        type: properties.StateMachineType,
        tags: tags(properties),
        ...settings(properties),
      },
    );
    return state(stateMachineArn, context);
  },

  async update(stateMachineArn, properties, previous, context) {
    await context.call('states', 'UpdateStateMachine', { stateMachineArn, ...settings(properties) });
    const kept = tags(properties);
    const { removed: tagKeys } = tagChanges(properties, previous);
    if (tagKeys.length > 0)
      await context.call('states', 'UntagResource', { resourceArn: stateMachineArn, tagKeys });
    if (kept.length > 0)
      await context.call('states', 'TagResource', { resourceArn: stateMachineArn, tags: kept });
    return state(stateMachineArn, context);
  },

  async delete(stateMachineArn, _properties, context) {
    await context.call('states', 'DeleteStateMachine', { stateMachineArn });
  },
};

function settings(properties: TemplateProperties): object {
  return {
    definition: definition(properties),
    roleArn: properties.RoleArn,
    loggingConfiguration: logging(properties.LoggingConfiguration ?? { Level: 'OFF' }),
    tracingConfiguration: { enabled: isTrue(properties.TracingConfiguration?.Enabled) },
    encryptionConfiguration: encryption(properties.EncryptionConfiguration ?? { Type: 'AWS_OWNED_KEY' }),
  };
}

/** `${name}` in the text is replaced by its substitution. */
function definition({ DefinitionString, DefinitionSubstitutions = {} }: TemplateProperties): string {
  if (DefinitionString === undefined)
    throw new NotImplementedError('state machines without DefinitionString');
  return (DefinitionString as string).replace(/\$\{([\w.-]+)\}/g, (text, name: string) =>
    Object.hasOwn(DefinitionSubstitutions, name) ? String(DefinitionSubstitutions[name]) : text,
  );
}

function encryption(given: TemplateProperties): object {
  onlySupports('EncryptionConfiguration', given, ['Type', 'KmsKeyId', 'KmsDataKeyReusePeriodSeconds']);
  const { KmsDataKeyReusePeriodSeconds: seconds } = given;
  return {
    type: given.Type,
    kmsKeyId: given.KmsKeyId,
    ...(seconds !== undefined && { kmsDataKeyReusePeriodSeconds: Number(seconds) }),
  };
}

function logging(given: TemplateProperties): object {
  onlySupports('LoggingConfiguration', given, ['Level', 'IncludeExecutionData', 'Destinations']);
  return {
    level: given.Level,
    includeExecutionData: isTrue(given.IncludeExecutionData),
    destinations: (given.Destinations as TemplateProperties[] | undefined)?.map(
      ({ CloudWatchLogsLogGroup }) => ({
        cloudWatchLogsLogGroup: { logGroupArn: CloudWatchLogsLogGroup?.LogGroupArn },
      }),
    ),
  };
}

/** Templates may write booleans as text. */
function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

function tags({ Tags = [] }: TemplateProperties): { key: string; value: string }[] {
  return (Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => ({ key: Key, value: Value }));
}

async function state(stateMachineArn: string, context: ResourceContext): Promise<ResourceState> {
  const { name, revisionId } = await context.call<{ name: string; revisionId?: string }>(
    'states',
    'DescribeStateMachine',
    { stateMachineArn },
  );
  return {
    physicalId: stateMachineArn,
    attributes: { Arn: stateMachineArn, Name: name, StateMachineRevisionId: revisionId ?? 'INITIAL' },
  };
}
