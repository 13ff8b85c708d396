import { DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeEndpointCommand,
  type DescribeEndpointOutput,
  type ProductionVariantSummary,
} from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Command } from 'commander';
import { inPercent } from '../../lambda/domain/page/units';
import { contextOf } from '../cli/command-context';
import { colored, minute, table } from '../cli/output';

export function addStatusCommand(program: Command): void {
  program
    .command('status')
    .description('what serves now, and whether all is well')
    .action(async (_options: object, command: Command) => {
      const { aws, output, pipeline: find } = contextOf(command);
      const pipeline = await find();
      const { resources } = pipeline;
      const [routing, endpoint, alarms, retraining, releases] = await Promise.all([
        pipeline.routing(),
        aws.sagemaker
          .send(new DescribeEndpointCommand({ EndpointName: resources.endpoint }))
          .catch(noEndpoint),
        aws.cloudwatch.send(
          new DescribeAlarmsCommand({
            AlarmNames: [
              resources.driftAlarm,
              resources.qualityAlarm,
              resources.latencyAlarm,
              resources.errorAlarm,
            ],
          }),
        ),
        running(resources.retrainingStateMachine),
        running(resources.releaseStateMachine),
      ]);
      async function running(stateMachineArn: string): Promise<string[]> {
        const page = await aws.sfn.send(
          new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }),
        );
        return (page.executions ?? []).map(({ name }) => name ?? '');
      }
      const approval = routing.candidate && (await pipeline.approval(routing.candidate.releaseId));
      const waiting = approval && !approval.answer ? approval : undefined;
      const variantsOf = (summaries: readonly ProductionVariantSummary[] | undefined, isShadow: boolean) =>
        (summaries ?? []).map(({ VariantName, CurrentWeight }) => ({
          variant: VariantName ?? '',
          weight: CurrentWeight ?? 0,
          isShadow,
          modelVersion: [routing.production, routing.candidate].find(
            (route) => route?.variant === VariantName,
          )?.modelVersion,
        }));
      const variants = [
        ...variantsOf(endpoint?.ProductionVariants, false),
        ...variantsOf(endpoint?.ShadowProductionVariants, true),
      ];
      const status = {
        pipeline: pipeline.name,
        production: routing.production,
        candidate: routing.candidate,
        shadow: routing.shadow,
        waitsForApproval: waiting && { modelVersion: waiting.modelVersion, since: waiting.askedAt },
        endpoint: { name: resources.endpoint, status: endpoint?.EndpointStatus ?? 'none yet', variants },
        alarms: (alarms.MetricAlarms ?? []).map(
          ({ AlarmName, StateValue, StateReason, AlarmDescription }) => ({
            name: AlarmName,
            description: AlarmDescription,
            state: StateValue,
            reason: StateReason,
          }),
        ),
        running: { retraining, releases },
      };
      output.result(status, () => {
        const { production, candidate, shadow } = status;
        const lines = [
          production
            ? `${pipeline.name} serves version ${production.modelVersion} (${production.variant}) since ${minute(production.since)} UTC`
            : `${pipeline.name} serves nothing yet; put labelled data below s3://${resources.bucket}/training-data/, then: model-pipeline retrain`,
          ...(candidate
            ? [
                `version ${candidate.modelVersion} (${candidate.variant}) is being released since ${minute(candidate.since)} UTC: ${shadow ? 'it gets copies of requests, as a shadow' : `${inPercent(candidate.weight)} of the traffic`}`,
              ]
            : []),
          `endpoint ${resources.endpoint}: ${colored(status.endpoint.status)}`,
          '',
          ...(variants.length > 0
            ? [
                table(
                  ['variant', 'version', 'weight'],
                  variants.map(({ variant, modelVersion, weight, isShadow }) => [
                    variant,
                    modelVersion ?? '?',
                    isShadow ? 'shadow' : String(weight),
                  ]),
                ),
                '',
              ]
            : []),
          table(
            ['alarm', 'state'],
            status.alarms.map(({ description, state }) => [description ?? '', colored(state ?? '')]),
          ),
        ];
        for (const name of retraining) lines.push('', `retraining ${name} is running`);
        for (const name of releases) lines.push('', `release ${name} is running`);
        if (waiting) {
          lines.push(
            '',
            `version ${waiting.modelVersion} waits for a person since ${minute(waiting.askedAt)} UTC: model-pipeline approve, or model-pipeline reject`,
          );
        }
        return lines.join('\n');
      });
    });
}

function noEndpoint(error: Error): DescribeEndpointOutput | undefined {
  if (error.name === 'ValidationException') return undefined;
  throw error;
}
