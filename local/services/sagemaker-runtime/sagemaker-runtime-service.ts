import * as sdk from '@aws-sdk/client-sagemaker-runtime';
import type { Cloud, Operations, Permission, Service } from '../../gateway/service';
import type { SageMakerService } from '../sagemaker/sagemaker-service';
import { implementedInputs } from './inputs';

/** SageMaker Runtime: requests to endpoints. */
export class SageMakerRuntimeService implements Service {
  readonly name = 'sagemaker-runtime';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;

  constructor(private readonly cloud: Cloud) {}

  readonly operations: Operations<typeof sdk> = {
    InvokeEndpoint: (input) => {
      return this.cloud.service<SageMakerService>('sagemaker').invoke(input);
    },

    InvokeEndpointAsync: (input) => {
      return this.cloud.service<SageMakerService>('sagemaker').invokeAsync(input);
    },
  };

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    return this.cloud.service<SageMakerService>('sagemaker').permissions(operation, input);
  }
}
