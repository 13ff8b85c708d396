import type { CreateModelPackageCommandInput } from '@aws-sdk/client-sagemaker';

type Specification = NonNullable<CreateModelPackageCommandInput['InferenceSpecification']>;

export interface SpecifiedContainer {
  /** URI of the image, by its digest if that is known. */
  readonly image: string;
  readonly modelDataUrl: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Of requests, and of answers. */
  readonly contentTypes: readonly string[];
  readonly realtimeInstanceTypes: readonly string[];
  /** Of batch jobs; left out if none scores the version. */
  readonly transformInstanceTypes?: readonly string[];
}

/** How a registered version is served, for SageMaker's registry. */
export function inferenceSpecification(container: SpecifiedContainer): Specification {
  const { image, modelDataUrl, environment, contentTypes, realtimeInstanceTypes, transformInstanceTypes } =
    container;
  return {
    Containers: [{ Image: image, ModelDataUrl: modelDataUrl, Environment: { ...environment } }],
    SupportedContentTypes: [...contentTypes],
    SupportedResponseMIMETypes: [...contentTypes],
    SupportedRealtimeInferenceInstanceTypes: [
      ...realtimeInstanceTypes,
    ] as Specification['SupportedRealtimeInferenceInstanceTypes'],
    ...(transformInstanceTypes && {
      SupportedTransformInstanceTypes: [
        ...transformInstanceTypes,
      ] as Specification['SupportedTransformInstanceTypes'],
    }),
  };
}
