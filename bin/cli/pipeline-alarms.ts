import type { PipelineResources } from './pipeline';

/** Names of the alarms that a pipeline has. */
export function alarmNamesOf(resources: PipelineResources): string[] {
  return [
    resources.driftAlarm,
    resources.qualityAlarm,
    resources.conceptDriftAlarm,
    resources.fairnessAlarm,
    ...(resources.sinkAlarms ?? []),
    resources.latencyAlarm,
    resources.errorAlarm,
    resources.captureAlarm,
    resources.labelAlarm,
    resources.recordingAlarm,
    resources.concurrencyAlarm,
    resources.backlogAlarm,
    resources.requestAgeAlarm,
  ].filter((name) => name !== undefined);
}
