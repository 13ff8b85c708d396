import type { Construct } from 'constructs';
import type { ModelPipelineProps } from '../model-pipeline-props';
import { ReleaseStrategy } from '../release/release-strategy';
import type { EndpointHosting } from './endpoint-hosting';
import type { EndpointKind } from './endpoint-kind';
import { resolveHosting } from './hosting';

/** An endpoint with instances, which answers each request at once. Every strategy releases to it. */
export class RealTimeEndpoint implements EndpointKind {
  readonly kind = 'realTime';

  get releaseStrategy() {
    return ReleaseStrategy.blueGreen();
  }

  problems(): string[] {
    return [];
  }

  scheduleProblem(): undefined {
    return undefined;
  }

  resolve(scope: Construct, { hosting }: ModelPipelineProps): EndpointHosting {
    return { kind: 'realTime', ...resolveHosting(scope, hosting) };
  }
}
