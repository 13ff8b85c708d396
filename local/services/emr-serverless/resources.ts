import type { GetApplicationResponse } from '@aws-sdk/client-emr-serverless';
import type { ResourceContext, ResourceProvider, ResourceState } from '../../gateway/service';
import { tagMap } from '../template-tags';

/** AWS::EMRServerless::Application */
export const applicationResource: ResourceProvider = {
  properties: ['Name', 'ReleaseLabel', 'Type', 'Tags'],
  createOnly: ['Name', 'ReleaseLabel', 'Type', 'Tags'],

  async create({ Name, ReleaseLabel, Type, Tags }, context) {
    const application = {
      clientToken: context.generateName({ maxLength: 64 }),
      name: Name,
      releaseLabel: ReleaseLabel,
      type: Type,
      ...(Tags && { tags: tagMap(Tags) }),
    };
    const { applicationId } = await context.call<{ applicationId: string }>(
      'emr-serverless',
      'CreateApplication',
      application,
    );
    return state(applicationId, context);
  },

  update: (applicationId, _properties, _previous, context) => state(applicationId, context),

  /** One that runs is stopped first: the handler of this type needs `emr-serverless:StopApplication`. */
  async delete(applicationId, _properties, context) {
    try {
      await context.call('emr-serverless', 'StopApplication', { applicationId });
      await context.call('emr-serverless', 'DeleteApplication', { applicationId });
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
    }
  },
};

async function state(applicationId: string, context: ResourceContext): Promise<ResourceState> {
  const { application } = await context.call<GetApplicationResponse>('emr-serverless', 'GetApplication', {
    applicationId,
  });
  return { physicalId: applicationId, attributes: { ApplicationId: applicationId, Arn: application?.arn } };
}
