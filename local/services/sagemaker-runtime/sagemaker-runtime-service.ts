import * as sdk from '@aws-sdk/client-sagemaker-runtime';
import { onlySupports } from '../../gateway/aws-error';
import type { Cloud, Operations, Permission, Service } from '../../gateway/service';
import type { SageMakerService } from '../sagemaker/sagemaker-service';

/** SageMaker Runtime: requests to endpoints. */
export class SageMakerRuntimeService implements Service {
  readonly name = 'sagemaker-runtime';
  readonly sdk = sdk;

  constructor(private readonly cloud: Cloud) {}

  readonly operations: Operations<typeof sdk> = {
    InvokeEndpoint: (input) => {
      onlySupports('InvokeEndpoint', input, [
        'EndpointName',
        'Body',
        'ContentType',
        'Accept',
        'CustomAttributes',
        'TargetVariant',
        'InferenceId',
      ]);
      return this.cloud.service<SageMakerService>('sagemaker').invoke(input);
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    return this.cloud.service<SageMakerService>('sagemaker').permissions(operation, input);
  }
}
