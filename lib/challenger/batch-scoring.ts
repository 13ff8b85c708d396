import type { Construct } from 'constructs';
import { checkInstanceType } from '../runtime/instance-types';
import { Validation } from '../runtime/validation';

/**
 * How challenger and champion score the holdout: as batch transform jobs, in the container that serves them.
 */
export interface BatchScoringProps {
  /**
   * SageMaker offers fewer types for batch transform than for training.
   * @default 'ml.m5.large'
   */
  readonly instanceType?: string;
}

/** Settings of batch scoring with defaults filled in. */
export interface BatchScoring {
  readonly instanceType: string;
}

/** @throws Error that lists every prop out of range */
export function resolveBatchScoring(scope: Construct, props: BatchScoringProps = {}): BatchScoring {
  const { instanceType = 'ml.m5.large' } = props;
  const validation = new Validation(scope);
  checkInstanceType(validation, 'batchScoring.instanceType', 'batch scoring', instanceType);
  validation.finish();
  return { instanceType };
}
