import { RemovalPolicy, Token } from 'aws-cdk-lib';
import type { ModelPipelineProps } from '../model-pipeline-props';
import { ServedBy } from './served-by';

/** An endpoint that exists already, and that a pipeline takes over. */
export interface AdoptionProps {
  /** Name of the endpoint, in the pipeline's account and region. */
  readonly endpointName: string;

  /**
   * Name of its production variant.
   * @default 'AllTraffic'
   */
  readonly variantName?: string;
}

/** SageMaker's name of an endpoint or a variant. */
const RESOURCE_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** What a pipeline that adopts an endpoint must not have, and what it needs. */
export function adoptionProblems(props: ModelPipelineProps): string[] {
  const { adopt, servedBy, serverlessInference, removalPolicy, smokeTest } = props;
  if (!adopt) return [];
  const hasRequests = smokeTest?.requestFile !== undefined || (smokeTest?.requests ?? []).length > 0;
  const names = { endpointName: adopt.endpointName, variantName: adopt.variantName ?? 'AllTraffic' };
  return [
    ...Object.entries(names)
      .filter(([, name]) => Token.isUnresolved(name) || !RESOURCE_NAME.test(name))
      .map(
        ([prop, name]) =>
          `adopt.${prop} must be known when the app is synthesized, and be 1 to 63 letters, digits and inner hyphens, got '${Token.isUnresolved(name) ? 'a token' : name}'`,
      ),
    ...(hasRequests
      ? []
      : [
          'adopt needs smokeTest.requests or smokeTest.requestFile: nobody knows rows that the adopted model answers, and it is asked before it gets traffic again, as after a rollback',
        ]),
    ...(removalPolicy === RemovalPolicy.DESTROY
      ? [
          'adopt keeps the endpoint when the stack is deleted, and removalPolicy DESTROY would delete the models that it loads: leave out removalPolicy',
        ]
      : []),
    ...((servedBy ?? ServedBy.ENDPOINT) !== ServedBy.ENDPOINT || serverlessInference
      ? [
          'adopt takes over an endpoint with instances as it serves, and neither a function nor another kind of endpoint could serve its model: leave out serverlessInference and servedBy',
        ]
      : []),
  ];
}
