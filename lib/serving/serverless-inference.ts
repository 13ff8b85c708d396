import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';

export interface ServerlessInferenceOptions {
  /**
   * In MiB; Lambda gives processor power in proportion.
   * @default 1769, one whole vCPU
   */
  readonly memorySize?: number;
}

export interface ServerlessInferenceProps extends ServerlessInferenceOptions {
  readonly context: PipelineContext;
}

/**
 * A Lambda function that answers with the version in production, without an endpoint: it loads `model.onnx` of the
 * model's archive and follows the routing document. Invoke it with `{ "rows": [[...], ...] }`.
 */
export class ServerlessInference extends Construct {
  readonly handler: IFunction;

  constructor(scope: Construct, id: string, props: ServerlessInferenceProps) {
    super(scope, id);
    this.handler = new PipelineFunction(this, 'Handler', {
      context: props.context,
      asset: 'serverless-inference',
      description: `Answers with the version of ${props.context.pipelineName} in production (ONNX)`,
      timeout: Duration.seconds(30),
      memorySize: props.memorySize ?? 1769,
    })
      .canRead('models/')
      .canReadRouting();
  }
}
