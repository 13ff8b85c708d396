import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import { checkKeys } from '../encryption-keys';
import { listPage } from '../list-page';
import { invalidMember, requireMembers } from '../resource-kinds';
import { parseS3Uri } from '../role-storage';
import type { EndpointConfig, Store } from '../store';
import { checkAsync } from './async-config';
import { checkServerless } from './serverless-config';

const MOST_VARIANTS = 10;

export function endpointConfigOperations(cloud: Cloud, store: Store): Operations<typeof sdk> {
  const { endpointConfigs, tags } = store;
  return {
    CreateEndpointConfig: (input) => {
      const name = input.EndpointConfigName as string;
      endpointConfigs.mustBeNew(name);
      checkVariants(store, input);
      checkServerless(store, input);
      checkAsync(input);
      if (input.DataCaptureConfig) checkCapture(input.DataCaptureConfig);
      checkKeys(cloud, [
        input.KmsKeyId,
        input.DataCaptureConfig?.KmsKeyId,
        input.AsyncInferenceConfig?.OutputConfig?.KmsKeyId,
      ]);
      const arn = endpointConfigs.arn(name);
      endpointConfigs.add(name, {
        EndpointConfigName: name,
        EndpointConfigArn: arn,
        ProductionVariants: (input.ProductionVariants ?? []).map(withDefaultWeight),
        ShadowProductionVariants: input.ShadowProductionVariants?.map(withDefaultWeight),
        DataCaptureConfig: input.DataCaptureConfig,
        AsyncInferenceConfig: input.AsyncInferenceConfig,
        KmsKeyId: input.KmsKeyId,
        CreationTime: cloud.clock.date(),
        EnableNetworkIsolation: false,
      });
      tags.begin(arn, input.Tags);
      return { EndpointConfigArn: arn };
    },

    DescribeEndpointConfig: (input) => endpointConfigs.get(input.EndpointConfigName),

    DeleteEndpointConfig: (input) => {
      const { EndpointConfigName, EndpointConfigArn } = endpointConfigs.get(input.EndpointConfigName);
      endpointConfigs.delete(EndpointConfigName as string);
      tags.forget(EndpointConfigArn as string);
      return {};
    },

    ListEndpointConfigs: (input) => {
      const { page, nextToken } = listPage(endpointConfigs.all(), factsOf, input, 'Descending');
      return {
        EndpointConfigs: page.map(({ EndpointConfigName, EndpointConfigArn, CreationTime }) => ({
          EndpointConfigName,
          EndpointConfigArn,
          CreationTime,
        })),
        NextToken: nextToken,
      };
    },
  };
}

function factsOf({ EndpointConfigName, CreationTime }: EndpointConfig) {
  return { name: EndpointConfigName as string, created: CreationTime as Date };
}

function withDefaultWeight(variant: sdk.ProductionVariant): sdk.ProductionVariant {
  return { ...variant, InitialVariantWeight: variant.InitialVariantWeight ?? 1 };
}

function checkVariants(store: Store, input: sdk.CreateEndpointConfigCommandInput): void {
  const { ProductionVariants = [], ShadowProductionVariants = [] } = input;
  const all = [...ProductionVariants, ...ShadowProductionVariants];
  if (ProductionVariants.length < 1 || ProductionVariants.length > MOST_VARIANTS) {
    throw invalidMember(
      'productionVariants',
      `${ProductionVariants.length} variants`,
      ProductionVariants.length < 1
        ? 'Member must have length greater than or equal to 1'
        : `Member must have length less than or equal to ${MOST_VARIANTS}`,
    );
  }
  if (
    ShadowProductionVariants.length > 0 &&
    (ShadowProductionVariants.length > 1 || ProductionVariants.length > 1)
  ) {
    throw new AwsError(
      'ValidationException',
      'Only one ProductionVariant and one ShadowProductionVariant are allowed when ShadowProductionVariants is specified.',
    );
  }
  all.forEach((variant, index) => {
    const path = `productionVariants.${index + 1}.member`;
    const { ServerlessConfig, InitialInstanceCount = 1 } = variant;
    const ofInstances = ServerlessConfig ? [] : (['InitialInstanceCount', 'InstanceType'] as const);
    requireMembers(path, variant, ['VariantName', 'ModelName', ...ofInstances]);
    if (InitialInstanceCount < 1) {
      throw invalidMember(
        `${path}.initialInstanceCount`,
        String(InitialInstanceCount),
        'Member must have value greater than or equal to 1',
      );
    }
    if ((variant.InitialVariantWeight ?? 1) < 0) {
      throw invalidMember(
        `${path}.initialVariantWeight`,
        String(variant.InitialVariantWeight),
        'Member must have value greater than or equal to 0',
      );
    }
    store.models.get(variant.ModelName);
  });
  const names = all.map(({ VariantName }) => VariantName as string);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new AwsError('ValidationException', `Variant name "${twice}" is not unique.`);
}

function checkCapture(capture: sdk.DataCaptureConfig): void {
  requireMembers('dataCaptureConfig', capture, [
    'InitialSamplingPercentage',
    'DestinationS3Uri',
    'CaptureOptions',
  ]);
  const percentage = capture.InitialSamplingPercentage as number;
  if (percentage < 0 || percentage > 100) {
    throw invalidMember(
      'dataCaptureConfig.initialSamplingPercentage',
      String(percentage),
      `Member must have value ${percentage < 0 ? 'greater than or equal to 0' : 'less than or equal to 100'}`,
    );
  }
  for (const { CaptureMode } of capture.CaptureOptions ?? []) {
    if (!['Input', 'Output', 'InputAndOutput'].includes(CaptureMode ?? '')) {
      throw new NotImplementedError(`the capture mode ${CaptureMode}`);
    }
  }
  parseS3Uri(capture.DestinationS3Uri as string);
}
