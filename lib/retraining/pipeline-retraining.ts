import { Annotations } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { ModelMonitor } from '../monitoring/model-monitor';
import type { RetrainingTriggerOptions } from './retraining-causes';
import { type RetrainingLimits, RetrainingStarter, type StartingAlarm } from './retraining-starter';
import { RetrainingWorkflow, type RetrainingWorkflowProps } from './retraining-workflow';

export interface PipelineRetrainingProps extends RetrainingWorkflowProps {
  readonly causes: RetrainingTriggerOptions | undefined;
  readonly monitor: ModelMonitor;
}

/** The retrainings of a pipeline, and what starts them. They are children of the pipeline itself. */
export class PipelineRetraining {
  readonly workflow: RetrainingWorkflow;
  readonly stateMachine: IStateMachine;
  /** Starts the workflow. */
  readonly triggerFunction: IFunction;
  readonly limits: RetrainingLimits;

  constructor(scope: Construct, { causes = {}, monitor, ...props }: PipelineRetrainingProps) {
    if ((causes.onDrift ?? true) && monitor.leastHoursOfDrift < 2) {
      Annotations.of(scope).addWarningV2(
        'cdk-model-pipeline:retrainsOnOneHour',
        'one unusual hour of traffic starts a retraining: compare longer windows (monitoring.driftComparisons), ask for a second comparison (monitoring.driftHoursToAlarm), or set retraining.onDrift to false',
      );
    }
    this.workflow = new RetrainingWorkflow(scope, 'Retraining', props);
    this.stateMachine = this.workflow.stateMachine;
    const starter = new RetrainingStarter(scope, 'Trigger', {
      ...causes,
      context: props.context,
      stateMachine: this.stateMachine,
      alarms: alarmsThatRetrain(monitor, causes),
      prefix: 'retraining/',
      data: { prefix: 'training-data/', newSince: 'snapshot' },
      where: 'retraining.',
    });
    this.triggerFunction = starter.handler;
    this.limits = starter.limits;
  }
}

/** Alarms of the monitor that start retrainings. */
function alarmsThatRetrain(
  { driftAlarm, qualityAlarm }: ModelMonitor,
  { onDrift = true, onQuality = true }: RetrainingTriggerOptions,
): StartingAlarm[] {
  return [
    ...(onDrift ? [{ trigger: 'drift' as const, alarm: driftAlarm }] : []),
    ...(onQuality ? [{ trigger: 'quality' as const, alarm: qualityAlarm }] : []),
  ];
}
