import { strToU8, zipSync } from 'fflate';
import { NotImplementedError } from '../../../gateway/aws-error';
import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../../gateway/service';
import { tagMap } from '../../template-tags';
import { ignoreMissing } from './ignore-missing';
import { replaceTags } from './tags';

const CONFIGURATION = [
  'Role',
  'Handler',
  'Runtime',
  'Description',
  'Timeout',
  'MemorySize',
  'Environment',
  'Layers',
  'LoggingConfig',
  'EphemeralStorage',
  'TracingConfig',
  'VpcConfig',
];

/** AWS::Lambda::Function */
export const functionResource: ResourceProvider = {
  properties: [
    ...CONFIGURATION,
    'KmsKeyArn',
    'FunctionName',
    'Code',
    'Architectures',
    'PackageType',
    'ReservedConcurrentExecutions',
    'Tags',
  ],
  createOnly: ['FunctionName', 'PackageType'],

  async create(properties, context) {
    const name = (properties.FunctionName as string | undefined) ?? context.generateName({ maxLength: 64 });
    const output = await context.call<{ FunctionArn: string }>('lambda', 'CreateFunction', {
      FunctionName: name,
      ...configuration(properties),
      Architectures: properties.Architectures,
      PackageType: properties.PackageType,
      Code: code(properties.Code),
      Tags: tagMap(properties.Tags),
    });
    await putConcurrency(name, properties, {}, context);
    return state(name, output.FunctionArn);
  },

  async update(name, properties, previous, context) {
    if (hasChanged(['Code', 'Architectures'], properties, previous)) {
      await context.call('lambda', 'UpdateFunctionCode', {
        FunctionName: name,
        Architectures: properties.Architectures,
        ...code(properties.Code),
      });
    }
    if (hasChanged([...CONFIGURATION, 'KmsKeyArn'], properties, previous)) {
      await context.call('lambda', 'UpdateFunctionConfiguration', {
        FunctionName: name,
        ...DEFAULTS,
        ...configuration(properties),
      });
    }
    await putConcurrency(name, properties, previous, context);
    const output = await context.call<{ FunctionArn: string }>('lambda', 'GetFunctionConfiguration', {
      FunctionName: name,
    });
    await replaceTags(output.FunctionArn, properties, previous, context);
    return state(name, output.FunctionArn);
  },

  async delete(name, _properties, context) {
    await context.call('lambda', 'DeleteFunction', { FunctionName: name }).catch(ignoreMissing);
  },
};

/** What a property that is removed from the template returns to. */
const DEFAULTS = {
  Description: '',
  Timeout: 3,
  MemorySize: 128,
  Environment: { Variables: {} },
  Layers: [],
  LoggingConfig: {},
  EphemeralStorage: { Size: 512 },
  TracingConfig: { Mode: 'PassThrough' },
  VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
  KMSKeyArn: '',
};

function configuration(properties: TemplateProperties): TemplateProperties {
  const given = Object.fromEntries(
    CONFIGURATION.filter((key) => properties[key] !== undefined).map((key) => [key, properties[key]]),
  );
  const { Timeout, MemorySize, Environment, EphemeralStorage, VpcConfig } = given;
  return {
    ...given,
    ...(properties.KmsKeyArn !== undefined && { KMSKeyArn: properties.KmsKeyArn }),
    ...(VpcConfig?.Ipv6AllowedForDualStack !== undefined && {
      VpcConfig: {
        ...VpcConfig,
        Ipv6AllowedForDualStack: String(VpcConfig.Ipv6AllowedForDualStack) === 'true',
      },
    }),
    // Templates may write numbers as text.
    ...(Timeout !== undefined && { Timeout: Number(Timeout) }),
    ...(MemorySize !== undefined && { MemorySize: Number(MemorySize) }),
    ...(EphemeralStorage && { EphemeralStorage: { Size: Number(EphemeralStorage.Size) } }),
    ...(Environment && { Environment: { Variables: asStrings(Environment.Variables ?? {}) } }),
  };
}

function asStrings(variables: TemplateProperties): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([key, value]) => [key, String(value)]));
}

/** Inline code is the text of `index.js`. */
function code(given: TemplateProperties): TemplateProperties {
  const { ZipFile, S3Bucket, S3Key, S3ObjectVersion, ...others } = given;
  if (Object.keys(others).length > 0)
    throw new NotImplementedError(`Code.${Object.keys(others).join(', Code.')} of AWS::Lambda::Function`);
  if (ZipFile === undefined) return { S3Bucket, S3Key, S3ObjectVersion };
  return { ZipFile: zipSync({ 'index.js': [strToU8(ZipFile), { mtime: '1980-01-01' }] }) };
}

async function putConcurrency(
  name: string,
  properties: TemplateProperties,
  previous: TemplateProperties,
  context: ResourceContext,
): Promise<void> {
  const wanted = properties.ReservedConcurrentExecutions;
  if (wanted !== undefined) {
    await context.call('lambda', 'PutFunctionConcurrency', {
      FunctionName: name,
      ReservedConcurrentExecutions: Number(wanted),
    });
  } else if (previous.ReservedConcurrentExecutions !== undefined) {
    await context.call('lambda', 'DeleteFunctionConcurrency', { FunctionName: name });
  }
}

function hasChanged(
  keys: readonly string[],
  properties: TemplateProperties,
  previous: TemplateProperties,
): boolean {
  return keys.some((key) => JSON.stringify(properties[key]) !== JSON.stringify(previous[key]));
}

function state(name: string, arn: string): ResourceState {
  return { physicalId: name, attributes: { Arn: arn } };
}
