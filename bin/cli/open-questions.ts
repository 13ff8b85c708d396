import { approvalKey, challengerApprovalKey } from '../../lambda/domain/records/bucket-layout';
import type { Aws } from './aws';
import type { Pipeline } from './pipeline';
import { runningExecutions } from './running-executions';

/** What waits for a person. */
export interface OpenQuestion {
  /** A release, before its version has traffic, or a challenger that the gate could not judge. */
  readonly about: 'release' | 'challenger';
  readonly modelVersion: string;
  /** `s3://` URI of the question. */
  readonly uri: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
}

/** Everything that waits for a person now. */
export async function openQuestions(aws: Aws, pipeline: Pipeline): Promise<OpenQuestion[]> {
  const { candidate } = await pipeline.routing();
  const { retrainingStateMachine, registrationStateMachine } = pipeline.resources;
  const running = await Promise.all(
    [retrainingStateMachine, registrationStateMachine].map((machine) => runningExecutions(aws, machine)),
  );
  const places = [
    ...(candidate ? [{ about: 'release' as const, key: approvalKey(candidate.releaseId) }] : []),
    ...running.flat().map((name) => ({ about: 'challenger' as const, key: challengerApprovalKey(name) })),
  ];
  const asked = await Promise.all(
    places.map(async (place) => ({ ...place, approval: await pipeline.approval(place.key) })),
  );
  return asked.flatMap(({ about, key, approval }) =>
    approval && !approval.answer
      ? [
          {
            about,
            modelVersion: approval.modelVersion,
            uri: `s3://${pipeline.resources.bucket}/${key}`,
            since: approval.askedAt,
          },
        ]
      : [],
  );
}
