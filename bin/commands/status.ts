import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeEndpointCommand,
  type DescribeEndpointOutput,
  type ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import type { Command } from 'commander';
import { nextStart, type RetrainingQueue, startsOfWeek } from '../../lambda/domain/records/retraining-queue';
import type { RoutingDocument } from '../../lambda/domain/release/routing';
import { contextOf } from '../cli/command-context';
import { driftStatusOf } from '../cli/drift-status';
import { ledgerProblems } from '../cli/ledger-problems';
import { openQuestions } from '../cli/open-questions';
import type { PipelineResources } from '../cli/pipeline';
import { alarmNamesOf } from '../cli/pipeline-alarms';
import { recordingProblem } from '../cli/recording-problem';
import { runningExecutions } from '../cli/running-executions';
import { type PipelineStatus, statusText, type VariantStatus } from '../cli/status-text';

/** Entries whose integrity is reported; `doctor` checks more. */
const LEDGER_ENTRIES = 20;

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('show the version in production, waiting decisions, and problems')
    .action(async (_options: object, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const { resources } = pipeline;
      const [routing, endpoint, alarms, retraining, releases, queue, questions, problems] = await Promise.all(
        [
          pipeline.routing(),
          resources.endpoint
            ? aws.sagemaker
                .send(new DescribeEndpointCommand({ EndpointName: resources.endpoint }))
                .catch(noEndpoint)
            : undefined,
          aws.cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: alarmNamesOf(resources) })),
          runningExecutions(aws, resources.retrainingStateMachine),
          runningExecutions(aws, resources.releaseStateMachine),
          pipeline.retrainingQueue(),
          openQuestions(aws, pipeline),
          ledgerProblems(pipeline, LEDGER_ENTRIES),
        ],
      );
      const { production, candidate, shadow } = routing;
      const status: PipelineStatus = {
        pipeline: pipeline.name,
        production,
        candidate,
        shadow,
        waitsForPerson: questions,
        endpoint:
          resources.endpoint === undefined
            ? undefined
            : {
                name: resources.endpoint,
                status: endpoint?.EndpointStatus ?? 'none yet',
                recordingProblem: recordingProblem(endpoint, resources.bucket),
                variants: [
                  ...variantsOf(endpoint?.ProductionVariants, routing, false),
                  ...variantsOf(endpoint?.ShadowProductionVariants, routing, true),
                ],
              },
        function: resources.serverlessFunction
          ? { name: resources.serverlessFunction, variants: sharesOf(routing) }
          : undefined,
        alarms: (alarms.MetricAlarms ?? []).map(
          ({ AlarmName, StateValue, StateReason, AlarmDescription }) => ({
            name: AlarmName,
            description: AlarmDescription,
            state: StateValue,
            reason: StateReason,
          }),
        ),
        running: { retraining, releases },
        retrainings:
          resources.retrainingLimits && retrainingsOf(queue, resources.retrainingLimits, new Date()),
        drift: production && (await driftStatusOf(pipeline, production)),
        ledgerProblems: problems,
      };
      output.result(status, () => statusText(status, resources.bucket));
    });
}

function noEndpoint(error: Error): DescribeEndpointOutput | undefined {
  if (error.name === 'ValidationException') return undefined;
  throw error;
}

function variantsOf(
  summaries: readonly ProductionVariantSummary[] | undefined,
  { production, candidate }: RoutingDocument,
  isShadow: boolean,
): VariantStatus[] {
  return (summaries ?? []).map(({ VariantName, CurrentWeight }) => ({
    variant: VariantName ?? '',
    weight: CurrentWeight ?? 0,
    isShadow,
    // A shadow has a variant of its own, of the candidate.
    modelVersion: isShadow
      ? candidate?.modelVersion
      : [production, candidate].find((route) => route?.variant === VariantName)?.modelVersion,
  }));
}

/** How a function that follows the routing document divides its requests. */
function sharesOf({ production, candidate, shadow }: RoutingDocument): VariantStatus[] {
  const weight = candidate?.trafficShare ?? 0;
  const routes = [
    { route: production, weight: Number((1 - weight).toFixed(9)), isShadow: false },
    // With a config, it is the endpoint's.
    { route: candidate, weight, isShadow: shadow !== undefined && shadow.endpointConfigName === undefined },
  ];
  return routes.flatMap(({ route, ...share }) =>
    route ? [{ ...share, variant: route.variant, modelVersion: route.modelVersion }] : [],
  );
}

function retrainingsOf(
  queue: RetrainingQueue,
  limits: NonNullable<PipelineResources['retrainingLimits']>,
  now: Date,
): PipelineStatus['retrainings'] {
  return {
    startedInSevenDays: startsOfWeek(queue, now).length,
    maximumPerWeek: limits.maximumPerWeek,
    nextMayStart: nextStart(queue, limits, now)?.toISOString(),
    waiting: queue.pending,
  };
}
