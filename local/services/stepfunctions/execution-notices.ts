import type { Cloud } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';
import type { EventBridgeService } from '../eventbridge/eventbridge-service';
import type { StoredExecution } from './machine-store';

const ENDS: Readonly<Record<string, string>> = {
  SUCCEEDED: 'ExecutionsSucceeded',
  FAILED: 'ExecutionsFailed',
  TIMED_OUT: 'ExecutionsTimedOut',
  ABORTED: 'ExecutionsAborted',
};

/** Tells EventBridge and CloudWatch that an execution started or ended. */
export function noticeStatus(cloud: Cloud, execution: StoredExecution): void {
  // EventBridge hears of STANDARD executions only:
  // https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html
  if (!execution.mapRun?.isExpress) emitEvent(cloud, execution);
  const { machine, status, started, stopped } = execution;
  const monitoring = cloud.service<CloudWatchService>('monitoring');
  const record = (metric: string, value: number, unit: string) =>
    monitoring.record('AWS/States', metric, { StateMachineArn: machine.arn }, value, unit);
  const end = ENDS[status];
  record(end ?? 'ExecutionsStarted', 1, 'Count');
  if (stopped) record('ExecutionTime', stopped.getTime() - started.getTime(), 'Milliseconds');
}

function emitEvent(cloud: Cloud, execution: StoredExecution): void {
  const { arn, name, machine, input, output, status, started, stopped, error, cause } = execution;
  cloud.service<EventBridgeService>('events').emit({
    source: 'aws.states',
    'detail-type': 'Step Functions Execution Status Change',
    resources: [arn],
    detail: {
      executionArn: arn,
      stateMachineArn: machine.arn,
      stateMachineVersionArn: null,
      stateMachineAliasArn: null,
      name,
      status,
      startDate: started.getTime(),
      stopDate: stopped?.getTime() ?? null,
      input,
      inputDetails: { included: true },
      output: output ?? null,
      outputDetails: output === undefined ? null : { included: true },
      error: error ?? null,
      cause: cause ?? null,
      redriveCount: 0,
      redriveDate: null,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: null,
    },
  });
}
