import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import { checkServingImage } from '../container-image';
import { assumeExecutionRole } from '../execution-role';
import { listPage } from '../list-page';
import { containerOfPackage } from '../registry/package-reference';
import { RoleStorage } from '../role-storage';
import type { Store } from '../store';
import type { ServingDefinition, StoredModel } from './stored-model';

export function modelOperations(cloud: Cloud, store: Store): Operations<typeof sdk> {
  const { models, tags } = store;
  return {
    CreateModel: async (input) => {
      const name = input.ModelName as string;
      models.mustBeNew(name);
      const container = onlyContainer(input);
      const serving = {
        ...servingDefinition(cloud, store, container, input.ExecutionRoleArn),
        isIsolated: input.EnableNetworkIsolation ?? false,
      };
      await checkModelData(cloud, serving);
      models.add(name, {
        name,
        created: cloud.clock.date(),
        roleArn: serving.roleArn,
        container,
        isList: input.PrimaryContainer === undefined,
        serving,
        network: input.VpcConfig,
      });
      tags.begin(models.arn(name), input.Tags);
      return { ModelArn: models.arn(name) };
    },

    DescribeModel: (input) => {
      const model = models.get(input.ModelName);
      return {
        ModelName: model.name,
        ModelArn: models.arn(model.name),
        ...(model.isList ? { Containers: [model.container] } : { PrimaryContainer: model.container }),
        ExecutionRoleArn: model.roleArn,
        CreationTime: model.created,
        EnableNetworkIsolation: model.serving.isIsolated ?? false,
        VpcConfig: model.network,
      };
    },

    DeleteModel: (input) => {
      const { name } = models.get(input.ModelName);
      models.delete(name);
      tags.forget(models.arn(name));
      return {};
    },

    ListModels: (input) => {
      const { page, nextToken } = listPage(models.all(), (model: StoredModel) => model, input, 'Descending');
      return {
        Models: page.map(({ name, created }) => ({
          ModelName: name,
          ModelArn: models.arn(name),
          CreationTime: created,
        })),
        NextToken: nextToken,
      };
    },
  };
}

function onlyContainer(input: sdk.CreateModelCommandInput): sdk.ContainerDefinition {
  const { PrimaryContainer, Containers = [] } = input;
  if (PrimaryContainer && Containers.length > 0) {
    throw new AwsError('ValidationException', 'Specify either PrimaryContainer or Containers, not both.');
  }
  if (Containers.length > 1) throw new NotImplementedError('CreateModel with several Containers');
  const container = PrimaryContainer ?? Containers[0];
  if (!container)
    throw new AwsError('ValidationException', 'Model must have a PrimaryContainer or Containers.');
  if (container.Mode !== undefined && container.Mode !== 'SingleModel') {
    throw new NotImplementedError(`Mode ${container.Mode} of a container of CreateModel`);
  }
  return container;
}

function servingDefinition(
  cloud: Cloud,
  store: Store,
  container: sdk.ContainerDefinition,
  roleArn: string | undefined,
): ServingDefinition {
  if (!roleArn) {
    throw new AwsError('ValidationException', 'ExecutionRoleArn is required to create a model.');
  }
  const registered = container.ModelPackageName
    ? containerOfPackage(store, container.ModelPackageName)
    : undefined;
  const image = container.Image ?? registered?.Image;
  if (!image) throw new AwsError('ValidationException', 'A container needs an Image or a ModelPackageName.');
  checkServingImage(cloud, image);
  return {
    image,
    modelDataUrl: container.ModelDataUrl ?? registered?.ModelDataUrl,
    environment: { ...registered?.Environment, ...container.Environment },
    roleArn,
  };
}

async function checkModelData(cloud: Cloud, { modelDataUrl, roleArn }: ServingDefinition): Promise<void> {
  const storage = new RoleStorage(cloud, await assumeExecutionRole(cloud, roleArn));
  if (modelDataUrl === undefined) return;
  try {
    await storage.exists(modelDataUrl);
  } catch (error) {
    if (/NotFound|NoSuch/.test((error as Error).name)) {
      throw new AwsError('ValidationException', `Could not find model data at ${modelDataUrl}.`);
    }
    throw new AwsError(
      'ValidationException',
      `Could not access model data at ${modelDataUrl}. Please ensure that the role "${roleArn}" exists and that its trust relationship policy allows the action "sts:AssumeRole" for the service principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" permissions and that the object is located in ${cloud.region}.`,
    );
  }
}
