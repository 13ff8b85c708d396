import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  InvokeEndpoint: 'EndpointName Body ContentType Accept CustomAttributes TargetVariant InferenceId',
};
