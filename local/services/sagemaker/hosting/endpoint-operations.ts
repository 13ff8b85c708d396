import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import { listPage } from '../list-page';
import type { Store } from '../store';
import { refuseAsyncConversion } from './async-config';
import type { Deployer, Guardrails } from './deployer';
import { deploymentPolicy } from './deployment-policy';
import { describeEndpoint } from './endpoint-description';
import { requireAlarms } from './rollback-alarms';
import { deregisterVariants, requireUnscaled } from './scaled-variants';
import { isServerless, refuseConversion } from './serverless-config';
import type { DeployedVariant, Deployment, StoredEndpoint } from './stored-endpoint';

const IN_PROGRESS = new Set<string>(['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']);

export function endpointOperations(cloud: Cloud, store: Store, deployer: Deployer): Operations<typeof sdk> {
  const { endpoints, tags } = store;

  const changeable = (name: string | undefined): StoredEndpoint => {
    const endpoint = endpoints.get(name);
    if (!IN_PROGRESS.has(endpoint.status)) return endpoint;
    throw new AwsError('ValidationException', `Cannot update in-progress endpoint "${endpoint.arn}".`);
  };

  /** One that has failed can only be deleted. */
  const updatable = (name: string | undefined): StoredEndpoint => {
    const endpoint = changeable(name);
    if (endpoint.status !== 'Failed') return endpoint;
    throw new AwsError('ValidationException', `Cannot update failed endpoint "${endpoint.arn}".`);
  };

  return {
    CreateEndpoint: (input) => {
      const name = input.EndpointName as string;
      endpoints.mustBeNew(name);
      const deployment = newDeployment(cloud, store, input.EndpointConfigName);
      const [now, arn] = [cloud.clock.date(), endpoints.arn(name)];
      tags.begin(arn, input.Tags);
      deployer.create({ name, arn, created: now, modified: now, status: 'Creating', deployment });
      return { EndpointArn: arn };
    },

    UpdateEndpoint: async (input, { principal }) => {
      const endpoint = updatable(input.EndpointName);
      const deployment = newDeployment(cloud, store, input.EndpointConfigName);
      requireUnscaled(cloud, endpoint.name, endpoint.deployment, deployment);
      refuseConversion(endpoint.name, endpoint.deployment, deployment);
      refuseAsyncConversion(endpoint.name, endpoint.deployment, deployment);
      const kept = retained(input);
      const variants = deployment.variants.map((variant) => {
        const former = endpoint.deployment.variants.find(({ name }) => name === variant.name);
        return {
          ...variant,
          ...(former && kept.weight && { weight: former.weight }),
          ...(former && kept.instanceCount && { instanceCount: former.instanceCount }),
        };
      });
      const guardrails = guardrailsOf(input, endpoint, variants);
      await requireAlarms(cloud, guardrails?.policy.alarmNames ?? [], principal);
      // Another update may have come while the alarms were looked up.
      const capture = kept.capture ? endpoint.deployment.capture : deployment.capture;
      deployer.update(changeable(endpoint.name).name, { ...deployment, variants, capture }, guardrails);
      return { EndpointArn: endpoint.arn };
    },

    UpdateEndpointWeightsAndCapacities: (input) => {
      const endpoint = updatable(input.EndpointName);
      const wanted = input.DesiredWeightsAndCapacities ?? [];
      const { deployment } = endpoint;
      if (isServerless(deployment)) {
        throw new AwsError(
          'ValidationException',
          `The endpoint "${endpoint.arn}" is serverless, and has neither weights nor instances to change.`,
        );
      }
      const unknown = wanted
        .map(({ VariantName }) => VariantName as string)
        .filter((name) => !deployment.variants.some((variant) => variant.name === name));
      if (unknown.length > 0) {
        throw new AwsError(
          'ValidationException',
          `The variant name(s) "${unknown.join(', ')}" is/are not present within endpoint configuration "${deployment.configName}".`,
        );
      }
      deployer.rescale(endpoint.name, {
        ...deployment,
        variants: deployment.variants.map((variant) => {
          const one = wanted.find(({ VariantName }) => VariantName === variant.name);
          return {
            ...variant,
            weight: one?.DesiredWeight ?? variant.weight,
            instanceCount: one?.DesiredInstanceCount ?? variant.instanceCount,
          };
        }),
      });
      return { EndpointArn: endpoint.arn };
    },

    DescribeEndpoint: (input) => describeEndpoint(endpoints.get(input.EndpointName)),

    DeleteEndpoint: async (input, { principal }) => {
      await deregisterVariants(cloud, changeable(input.EndpointName).name, principal);
      deployer.remove(changeable(input.EndpointName).name);
      return {};
    },

    ListEndpoints: (input) => {
      const { page, nextToken } = listPage(endpoints.all(), (endpoint) => endpoint, input, 'Descending');
      return {
        Endpoints: page.map(({ name, arn, created, modified, status }) => ({
          EndpointName: name,
          EndpointArn: arn,
          CreationTime: created,
          LastModifiedTime: modified,
          EndpointStatus: status,
        })),
        NextToken: nextToken,
      };
    },
  };
}

/** @throws AwsError if the config or one of its models does not exist */
function newDeployment(cloud: Cloud, store: Store, configName: string | undefined): Deployment {
  const config = store.endpointConfigs.get(configName);
  const deployed = (variant: sdk.ProductionVariant): DeployedVariant => ({
    name: variant.VariantName as string,
    config: variant,
    serving: store.models.get(variant.ModelName).serving,
    weight: variant.InitialVariantWeight as number,
    instanceCount: variant.InitialInstanceCount ?? 0,
    since: cloud.clock.date(),
  });
  return {
    configName: config.EndpointConfigName as string,
    variants: (config.ProductionVariants ?? []).map(deployed),
    shadowVariants: (config.ShadowProductionVariants ?? []).map(deployed),
    capture: config.DataCaptureConfig,
    asynchronous: config.AsyncInferenceConfig,
  };
}

/** @throws AwsError if AWS refuses the deployment configuration for these variants */
function guardrailsOf(
  input: sdk.UpdateEndpointCommandInput,
  { deployment, lastDeploymentConfig }: StoredEndpoint,
  variants: readonly DeployedVariant[],
): Guardrails | undefined {
  const config = input.DeploymentConfig ?? (input.RetainDeploymentConfig ? lastDeploymentConfig : undefined);
  if (!config) return undefined;
  if (variants.some(({ config: { ServerlessConfig } }) => ServerlessConfig)) {
    // https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html: "Deployment guardrails only
    // apply to Asynchronous inference and Real-time inference endpoint types."
    throw new AwsError('ValidationException', 'DeploymentConfig is not supported for serverless endpoints.');
  }
  const names = (all: readonly DeployedVariant[]) => all.map(({ name }) => name).sort();
  if (names(variants).join() !== names(deployment.variants).join()) {
    throw new AwsError(
      'ValidationException',
      `DeploymentConfig needs the variant names of the endpoint, "${names(deployment.variants).join(', ')}", but the endpoint configuration has "${names(variants).join(', ')}".`,
    );
  }
  if (config.RollingUpdatePolicy && variants.length > 1) {
    throw new AwsError(
      'ValidationException',
      'RollingUpdatePolicy is not supported for endpoints with multiple variants.',
    );
  }
  const policy = deploymentPolicy(config, Math.max(...variants.map(({ instanceCount }) => instanceCount)));
  return { config, policy };
}

function retained(input: sdk.UpdateEndpointCommandInput) {
  const retain = input.RetainAllVariantProperties ?? false;
  const excluded = (input.ExcludeRetainedVariantProperties ?? []).map(
    ({ VariantPropertyType }) => VariantPropertyType as string,
  );
  return {
    weight: retain && !excluded.includes('DesiredWeight'),
    instanceCount: retain && !excluded.includes('DesiredInstanceCount'),
    capture: retain && !excluded.includes('DataCaptureConfig'),
  };
}
