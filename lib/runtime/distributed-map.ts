import { Aws } from 'aws-cdk-lib';
import type { Expression, State } from './states';

/** A state for each item of a list in S3. */
export interface DistributedMapProps {
  readonly bucketName: string;
  /** Key of the list, a JSON array. */
  readonly key: Expression;
  /** What is done with an item, which is its input; it ends there. */
  readonly item: State;
  /** Items at the same time. */
  readonly maxConcurrency: number;
  /** What the keys of what became of the items begin with; without a slash at the end. */
  readonly results: Expression;
  readonly next: string;
}

/**
 * Runs a state for each item of a list, each in an execution of its own. It goes on whatever items fail: what
 * follows finds out which have left nothing. The state machine needs {@link Workflow.allowDistributedMap}.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function distributedMap(name: string, props: DistributedMapProps): State {
  const { bucketName, key, item, maxConcurrency, results, next } = props;
  const integration = (action: string) => `arn:${Aws.PARTITION}:states:::s3:${action}`;
  return {
    Type: 'Map',
    ItemReader: {
      Resource: integration('getObject'),
      ReaderConfig: { InputType: 'JSON' },
      Arguments: { Bucket: bucketName, Key: key },
    },
    ItemProcessor: {
      // An express workflow ends after five minutes, a function after fifteen.
      ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
      StartAt: name,
      States: { [name]: item },
    },
    MaxConcurrency: maxConcurrency,
    ToleratedFailurePercentage: 100,
    // The results of all items may have more than the 256 KB that a state holds.
    ResultWriter: {
      Resource: integration('putObject'),
      Arguments: { Bucket: bucketName, Prefix: results },
    },
    Next: next,
  };
}
