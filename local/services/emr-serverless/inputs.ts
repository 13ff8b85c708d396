import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  CancelJobRun: 'applicationId jobRunId',
  CreateApplication: 'name releaseLabel type clientToken tags',
  DeleteApplication: 'applicationId',
  GetApplication: 'applicationId',
  GetJobRun: 'applicationId jobRunId',
  StartJobRun:
    'applicationId clientToken executionRoleArn jobDriver executionTimeoutMinutes name mode=BATCH tags',
  StopApplication: 'applicationId',

  JobDriver: 'sparkSubmit',
  SparkSubmit: 'entryPoint entryPointArguments sparkSubmitParameters',
};
