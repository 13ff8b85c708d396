import type { Aws } from './aws';
import type { Pipeline } from './pipeline';
import { runningExecutions } from './running-executions';

/** What waits for a person. */
export interface OpenQuestion {
  /** A release, before its version has traffic, or a challenger that the gate could not judge. */
  readonly about: 'release' | 'challenger';
  readonly modelVersion: string;
  /** ISO 8601 in UTC. */
  readonly since: string;
}

/** Everything that waits for a person now. */
export async function openQuestions(aws: Aws, pipeline: Pipeline): Promise<OpenQuestion[]> {
  const { candidate } = await pipeline.routing();
  const retrainings = await runningExecutions(aws, pipeline.resources.retrainingStateMachine);
  const asked = await Promise.all([
    candidate && pipeline.releaseApproval(candidate.releaseId),
    ...retrainings.map((name) => pipeline.challengerApproval(name)),
  ]);
  return asked.flatMap((approval, index) =>
    approval && !approval.answer
      ? [
          {
            about: index === 0 ? ('release' as const) : ('challenger' as const),
            modelVersion: approval.modelVersion,
            since: approval.askedAt,
          },
        ]
      : [],
  );
}
