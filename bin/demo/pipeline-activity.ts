import { DescribeEndpointCommand } from '@aws-sdk/client-sagemaker';
import { ListExecutionsCommand } from '@aws-sdk/client-sfn';
import type { Aws } from '../cli/aws';
import type { Pipeline } from '../cli/pipeline';
import { currentState } from '../cli/wait-for-execution';

/** States in which a release reads its metrics, between one minute of waiting and the next. */
const LOOKS = /^(Analyse(Step|Bake)|(Step|Bake)Verdict)$/;

/** What a pipeline's workflows do just now, in a line; undefined if none runs, or it is not worth a line. */
export async function pipelineActivity(aws: Aws, pipeline: Pipeline): Promise<string | undefined> {
  const { retrainingStateMachine, releaseStateMachine } = pipeline.resources;
  const release = await runningState(aws, releaseStateMachine);
  if (release && LOOKS.test(release)) return undefined;
  if (release) return `Release: ${release}${await weights(aws, pipeline.name)}`;
  const retraining = retrainingStateMachine && (await runningState(aws, retrainingStateMachine));
  return retraining && `Retraining: ${retraining}`;
}

async function runningState(aws: Aws, stateMachineArn: string): Promise<string | undefined> {
  const { executions = [] } = await aws.sfn.send(
    new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
  );
  const executionArn = executions[0]?.executionArn;
  return executionArn && currentState(aws, executionArn);
}

async function weights(aws: Aws, endpointName: string): Promise<string> {
  const { ProductionVariants = [] } = await aws.sagemaker
    .send(new DescribeEndpointCommand({ EndpointName: endpointName }))
    .catch(() => ({ ProductionVariants: [] }));
  const text = ProductionVariants.map(
    ({ VariantName, CurrentWeight }) => `${VariantName} ${CurrentWeight}`,
  ).join(', ');
  return text && ` (${text})`;
}
