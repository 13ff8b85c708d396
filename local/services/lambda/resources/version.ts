import { AwsError } from '../../../gateway/aws-error';
import type { ResourceProvider, ResourceState } from '../../../gateway/service';
import { ignoreMissing } from './ignore-missing';

/** AWS::Lambda::Version */
export const versionResource: ResourceProvider = {
  properties: ['FunctionName', 'CodeSha256', 'Description'],
  createOnly: ['FunctionName', 'CodeSha256', 'Description'],

  async create({ FunctionName, CodeSha256, Description }, context) {
    const { Versions } = await context.call<{ Versions: { Version: string }[] }>(
      'lambda',
      'ListVersionsByFunction',
      { FunctionName },
    );
    const published = await context.call<{ FunctionArn: string; Version: string }>(
      'lambda',
      'PublishVersion',
      {
        FunctionName,
        CodeSha256,
        Description,
      },
    );
    if (Versions.some(({ Version }) => Version === published.Version)) {
      throw new AwsError(
        'ResourceConflictException',
        `A version for this Lambda function exists ( ${published.Version} ). Modify the function to create a new version.`,
      );
    }
    return state(published.FunctionArn, published.Version);
  },

  async update(arn) {
    return state(arn, arn.split(':').at(-1) as string);
  },

  async delete(arn, _properties, context) {
    await context.call('lambda', 'DeleteFunction', { FunctionName: arn }).catch(ignoreMissing);
  },
};

function state(arn: string, version: string): ResourceState {
  return { physicalId: arn, attributes: { FunctionArn: arn, Version: version } };
}
