import { randomUUID } from 'node:crypto';
import { InvokeEndpointAsyncCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { type ArtifactStore, locationOf } from '../aws/store';
import { asyncRequestKey } from '../domain/records/bucket-layout';
import type { Asked, Question } from './asked';
import { numbersOf } from './endpoint-variant';

export interface AsynchronousEndpointProps {
  readonly runtime: SageMakerRuntimeClient;
  /** The pipeline's bucket, in which requests and answers are. */
  readonly store: Pick<ArtifactStore, 'write' | 'tryReadText' | 'uriOf'>;
  readonly endpointName: string;
  /** Its only variant. */
  readonly variant: string;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Between looks for an answer. */
const PAUSE_MILLIS = 500;
/** The function that tests has five minutes for everything. */
const MOST_LOOKS = 120;
/** Requests that nobody waits for any more are not to be answered. */
const TTL_SECONDS = 60;

/** An endpoint that reads requests from S3 and writes answers there. */
export class AsynchronousEndpoint implements Asked {
  readonly name: string;
  readonly precision = { tolerance: 1e-6, exceptions: 0 };

  constructor(private readonly props: AsynchronousEndpointProps) {
    this.name = props.variant;
  }

  async ask({ contentType, body }: Question): Promise<number[]> {
    const { runtime, store, endpointName, sleep } = this.props;
    const key = asyncRequestKey(`smoke-test/${randomUUID()}`);
    await store.write(key, body);
    const { OutputLocation = '', FailureLocation } = await runtime.send(
      new InvokeEndpointAsyncCommand({
        EndpointName: endpointName,
        ContentType: contentType,
        Accept: contentType,
        InputLocation: store.uriOf(key),
        RequestTTLSeconds: TTL_SECONDS,
      }),
    );
    for (let look = 0; look < MOST_LOOKS; look++) {
      const answer = await store.tryReadText(locationOf(OutputLocation).key);
      if (answer !== undefined) return numbersOf(answer, contentType);
      const failure = FailureLocation && (await store.tryReadText(locationOf(FailureLocation).key));
      if (failure) throw new Error(failure);
      await sleep(PAUSE_MILLIS);
    }
    throw new Error(`no answer within ${(MOST_LOOKS * PAUSE_MILLIS) / 1000} seconds`);
  }
}
