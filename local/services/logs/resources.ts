import { NotImplementedError } from '../../gateway/aws-error';
import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';
import { tagChanges, tagMap } from '../template-tags';

/** AWS::Logs::LogGroup */
export const logGroupResource: ResourceProvider = {
  properties: ['LogGroupName', 'KmsKeyId', 'RetentionInDays', 'LogGroupClass', 'Tags'],
  createOnly: ['LogGroupName'],

  async create(properties, context) {
    const name = (properties.LogGroupName as string | undefined) ?? context.generateName({ maxLength: 512 });
    await context.call('logs', 'CreateLogGroup', {
      logGroupName: name,
      logGroupClass: properties.LogGroupClass,
      kmsKeyId: properties.KmsKeyId,
      // No tags are no map: the least that AWS takes is one.
      tags: properties.Tags?.length ? tagMap(properties.Tags) : undefined,
    });
    if (properties.RetentionInDays !== undefined) await putRetention(name, properties, context);
    return groupState(name, context);
  },

  async update(name, properties, previous, context) {
    if (properties.LogGroupClass !== previous.LogGroupClass) {
      throw new NotImplementedError('a change of LogGroupClass of AWS::Logs::LogGroup');
    }
    if (properties.RetentionInDays !== undefined) await putRetention(name, properties, context);
    else await context.call('logs', 'DeleteRetentionPolicy', { logGroupName: name });
    if (properties.KmsKeyId !== previous.KmsKeyId) {
      const input = { logGroupName: name, kmsKeyId: properties.KmsKeyId };
      await (properties.KmsKeyId
        ? context.call('logs', 'AssociateKmsKey', input)
        : context.call('logs', 'DisassociateKmsKey', { logGroupName: name }));
    }
    const state = await groupState(name, context);
    await replaceTags(String(state.attributes?.Arn).replace(/:\*$/, ''), properties, previous, context);
    return state;
  },

  async delete(name, _properties, context) {
    await context.call('logs', 'DeleteLogGroup', { logGroupName: name }).catch(ignoreMissing);
  },
};

/** AWS::Logs::LogStream */
export const logStreamResource: ResourceProvider = {
  properties: ['LogGroupName', 'LogStreamName'],
  createOnly: ['LogGroupName', 'LogStreamName'],

  async create({ LogGroupName: logGroupName, LogStreamName }, context) {
    const logStreamName = LogStreamName ?? context.generateName({ maxLength: 512 });
    await context.call('logs', 'CreateLogStream', { logGroupName, logStreamName });
    return { physicalId: logStreamName };
  },

  async update(physicalId) {
    return { physicalId };
  },

  async delete(logStreamName, { LogGroupName: logGroupName }, context) {
    await context.call('logs', 'DeleteLogStream', { logGroupName, logStreamName }).catch(ignoreMissing);
  },
};

/** AWS::Logs::ResourcePolicy */
export const logsResourcePolicyResource: ResourceProvider = {
  properties: ['PolicyName', 'PolicyDocument'],
  createOnly: ['PolicyName'],

  async create(properties, context) {
    await putPolicy(properties, context);
    return { physicalId: properties.PolicyName };
  },

  async update(policyName, properties, _previous, context) {
    await putPolicy(properties, context);
    return { physicalId: policyName };
  },

  async delete(policyName, _properties, context) {
    await context.call('logs', 'DeleteResourcePolicy', { policyName }).catch(ignoreMissing);
  },
};

function putRetention(name: string, properties: Record<string, unknown>, context: ResourceContext) {
  return context.call('logs', 'PutRetentionPolicy', {
    logGroupName: name,
    retentionInDays: Number(properties.RetentionInDays),
  });
}

function putPolicy({ PolicyName, PolicyDocument }: Record<string, unknown>, context: ResourceContext) {
  const document = typeof PolicyDocument === 'string' ? PolicyDocument : JSON.stringify(PolicyDocument);
  return context.call('logs', 'PutResourcePolicy', { policyName: PolicyName, policyDocument: document });
}

async function groupState(name: string, context: ResourceContext): Promise<ResourceState> {
  const { logGroups } = await context.call<{ logGroups: { logGroupName: string; arn: string }[] }>(
    'logs',
    'DescribeLogGroups',
    { logGroupNamePrefix: name },
  );
  const arn = logGroups.find(({ logGroupName }) => logGroupName === name)?.arn;
  return { physicalId: name, attributes: { Arn: arn } };
}

async function replaceTags(
  resourceArn: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const { wanted, removed: tagKeys } = tagChanges(properties, previous);
  if (tagKeys.length > 0) await context.call('logs', 'UntagResource', { resourceArn, tagKeys });
  if (Object.keys(wanted).length > 0)
    await context.call('logs', 'TagResource', { resourceArn, tags: wanted });
}

function ignoreMissing(error: Error): void {
  if (error.name !== 'ResourceNotFoundException') throw error;
}
