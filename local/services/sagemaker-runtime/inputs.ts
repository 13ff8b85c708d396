import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  InvokeEndpointAsync:
    'EndpointName ContentType Accept CustomAttributes InferenceId InputLocation RequestTTLSeconds ' +
    'InvocationTimeoutSeconds S3OutputPathExtension Filename',
  InvokeEndpoint: 'EndpointName Body ContentType Accept CustomAttributes TargetVariant InferenceId',
};
