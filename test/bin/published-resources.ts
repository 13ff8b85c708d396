const NAMES = [
  'ownerId',
  'endpoint',
  'modelPackageGroup',
  'routingParameter',
  'retrainingStateMachine',
  'releaseStateMachine',
  'restoreStateMachine',
  'rollbackFunction',
  'repairFunction',
  'triggerFunction',
  'trainingRole',
  'scoringRole',
  'driftAlarm',
  'qualityAlarm',
  'latencyAlarm',
  'errorAlarm',
  'dashboard',
  'topic',
];

/**
 * What a stack publishes of a pipeline, for commands that need only some of it: each part's name says what it
 * is.
 */
export function publishedResources(parts: { readonly bucket: string; readonly routingParameter?: string }) {
  return {
    ...Object.fromEntries(NAMES.map((name) => [name, name])),
    retrainingLimits: { cooldownMinutes: 60 },
    instances: [{ use: 'endpoint', type: 'ml.m5.large', count: 1 }],
    ...parts,
  };
}
