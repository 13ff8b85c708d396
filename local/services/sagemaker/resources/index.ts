import type { ResourceProvider } from '../../../gateway/service';
import type { Deployer } from '../hosting/deployer';
import { endpointResource } from './endpoint';
import { endpointConfigResource } from './endpoint-config';
import { modelResource } from './model';
import { modelPackageGroupResource } from './model-package-group';

export function sageMakerResources(deployer: Deployer): Readonly<Record<string, ResourceProvider>> {
  return {
    'AWS::SageMaker::Model': modelResource,
    'AWS::SageMaker::EndpointConfig': endpointConfigResource,
    'AWS::SageMaker::Endpoint': endpointResource(deployer),
    'AWS::SageMaker::ModelPackageGroup': modelPackageGroupResource,
  };
}
