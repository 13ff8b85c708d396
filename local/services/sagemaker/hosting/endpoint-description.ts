import type * as sdk from '@aws-sdk/client-sagemaker';
import type { DeployedVariant, PendingDeployment, StoredEndpoint } from './stored-endpoint';

/** An endpoint as `DescribeEndpoint` shows it. */
export function describeEndpoint(
  endpoint: StoredEndpoint,
): Omit<sdk.DescribeEndpointCommandOutput, '$metadata'> {
  const { deployment, status, pending } = endpoint;
  const { capture, shadowVariants, asynchronous } = deployment;
  // Until an endpoint is up there are no variants.
  const isDeployed = status !== 'Creating' && status !== 'Failed';
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointConfigName: deployment.configName,
    EndpointStatus: status,
    FailureReason: endpoint.failureReason,
    CreationTime: endpoint.created,
    LastModifiedTime: endpoint.modified,
    LastDeploymentConfig: endpoint.lastDeploymentConfig,
    ...(pending && { PendingDeploymentSummary: describePending(pending) }),
    ...(isDeployed && { ProductionVariants: deployment.variants.map(describeVariant) }),
    ...(isDeployed &&
      shadowVariants.length > 0 && { ShadowProductionVariants: shadowVariants.map(describeVariant) }),
    ...(asynchronous && { AsyncInferenceConfig: asynchronous }),
    ...(capture && {
      DataCaptureConfig: {
        EnableCapture: capture.EnableCapture ?? false,
        CaptureStatus: capture.EnableCapture ? 'Started' : 'Stopped',
        CurrentSamplingPercentage: capture.InitialSamplingPercentage,
        DestinationS3Uri: capture.DestinationS3Uri,
        KmsKeyId: capture.KmsKeyId ?? '',
      },
    }),
  };
}

function describePending(pending: PendingDeployment): sdk.PendingDeploymentSummary {
  const { deployment, since, stage } = pending;
  return {
    EndpointConfigName: deployment.configName,
    StartTime: since,
    ProductionVariants: deployment.variants.map((variant) => ({
      ...describeVariant(variant),
      InstanceType: variant.config.InstanceType,
      VariantStatus: [{ Status: stage }],
    })),
  };
}

function describeVariant(variant: DeployedVariant): sdk.ProductionVariantSummary {
  return {
    VariantName: variant.name,
    DeployedImages: [
      {
        SpecifiedImage: variant.serving.image,
        ResolvedImage: variant.serving.image,
        ResolutionTime: variant.since,
      },
    ],
    CurrentWeight: variant.weight,
    DesiredWeight: variant.weight,
    ...(variant.config.ServerlessConfig
      ? {
          CurrentServerlessConfig: variant.config.ServerlessConfig,
          DesiredServerlessConfig: variant.config.ServerlessConfig,
        }
      : { CurrentInstanceCount: variant.instanceCount, DesiredInstanceCount: variant.instanceCount }),
  };
}
