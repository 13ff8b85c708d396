import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import type { EndpointSettings } from '../../contracts/hosting';
import { SMOKE_TEST_ID } from '../domain/traffic/capture';
import { numbersIn } from '../domain/traffic/payload/answer-numbers';
import type { Asked, Question } from './asked';

export interface EndpointVariantProps {
  readonly runtime: SageMakerRuntimeClient;
  readonly endpointName: string;
  /** Asked whatever its weight. */
  readonly variant: string;
  readonly kind: EndpointSettings['kind'];
}

/** One variant of an endpoint. */
export class EndpointVariant implements Asked {
  readonly name: string;
  /** The same container has scored the holdout: there is room for another processor's last digits. */
  readonly precision = { tolerance: 1e-6, exceptions: 0 };

  constructor(private readonly props: EndpointVariantProps) {
    this.name = props.variant;
  }

  async ask({ contentType, body }: Question): Promise<number[]> {
    const { runtime, endpointName, variant, kind } = this.props;
    const { Body, ContentType = contentType } = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: endpointName,
        ContentType: contentType,
        Accept: contentType,
        // A serverless endpoint has one variant, and captures nothing.
        ...(kind === 'realTime' && {
          TargetVariant: variant,
          // With what is captured, so that monitors leave it out.
          InferenceId: SMOKE_TEST_ID,
        }),
        Body: new TextEncoder().encode(body),
      }),
    );
    return numbersOf(Body?.transformToString() ?? '', ContentType);
  }
}

/** @throws Error if the answer does not consist of numbers */
export function numbersOf(data: string, contentType: string): number[] {
  try {
    return numbersIn(
      { data: Buffer.from(data).toString('base64'), encoding: 'BASE64', observedContentType: contentType },
      'answer',
    );
  } catch {
    // Flask, which serves in AWS's scikit-learn images, sends text/html unless another type is requested.
    const wayOut = contentType.startsWith('text/html')
      ? ": return the text and its content type from output_fn, as in text, 'text/csv'"
      : '';
    throw new Error(
      `the answer should be numbers, but is '${data.trim().slice(0, 80)}' (${contentType})${wayOut}`,
    );
  }
}
