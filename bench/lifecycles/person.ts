import { STSClient } from '@aws-sdk/client-sts';
import { proveIdentity } from '../../bin/cli/prove-identity';
import { type Approval, approvalSchema } from '../../lambda/domain/records/approval';
import { approvalKey, challengerApprovalKey } from '../../lambda/domain/records/bucket-layout';
import { parseDocument } from '../../lambda/domain/records/document';
import type { StoredExecution } from '../../local/services/stepfunctions/machine-store';
import type { RehearsedPipeline } from './rehearsed-pipeline';

const HOUR = 3_600_000;
/** The state in which releases and retrainings wait for a person. */
const ASKING = 'AskForApproval';

export interface Decision {
  readonly decision: 'approve' | 'reject';
  /** Hours after the question. */
  readonly after: number;
}

interface Question {
  readonly answerFunction: string;
  readonly key: string;
  readonly approval: Approval;
}

/** Who is asked whether releases go on and challengers are released. */
export class Person {
  /** What the person answers to each question; undefined if nothing. */
  decision: Decision | undefined;

  constructor(private readonly pipeline: RehearsedPipeline) {}

  /** Whether a workflow waits for an answer. */
  isAwaited(): boolean {
    return this.asking().length > 0;
  }

  /** Answers all questions whose time has come. @returns whether there was one */
  async answer(): Promise<boolean> {
    if (!this.decision || !this.isAwaited()) return false;
    const { decision, after } = this.decision;
    let hasAnswered = false;
    for (const { answerFunction, key, approval } of await this.questions()) {
      const { askedAt, modelVersion } = approval;
      if (this.pipeline.cloud.clock.now() < Date.parse(askedAt) + after * HOUR) continue;
      const given = { decision, modelVersion };
      const question = `s3://${this.pipeline.resources.bucket}/${key}`;
      const proof = await proveIdentity(new STSClient(this.pipeline.cloud.clientConfig), {
        ...given,
        question,
        askedAt,
      });
      const { errorType } = await this.pipeline.invoke(answerFunction, { ...given, proof });
      hasAnswered ||= errorType === undefined;
    }
    return hasAnswered;
  }

  private asking(): StoredExecution[] {
    const { cloud } = this.pipeline;
    const executions = [...cloud.table<StoredExecution>('states/executions').values()];
    const histories = cloud.table<{ stateEnteredEventDetails?: { name?: string } }[]>('states/histories');
    return executions.filter(({ arn, status }) => {
      const entered = histories
        .get(arn)
        ?.findLast(({ stateEnteredEventDetails }) => stateEnteredEventDetails);
      return status === 'RUNNING' && entered?.stateEnteredEventDetails?.name === ASKING;
    });
  }

  private async questions(): Promise<Question[]> {
    const { retrainingStateMachine, approvalFunction, challengerApprovalFunction } = this.pipeline.resources;
    const { candidate } = await this.pipeline.routing();
    const found: Question[] = [];
    for (const { machine, name } of this.asking()) {
      const isRetraining = machine.arn === retrainingStateMachine;
      const answerFunction = isRetraining ? challengerApprovalFunction : approvalFunction;
      const key = isRetraining ? challengerApprovalKey(name) : candidate && approvalKey(candidate.releaseId);
      const text = key && (await this.pipeline.read(key).catch(() => undefined));
      if (!answerFunction || !key || text === undefined) continue;
      const approval = parseDocument(approvalSchema, text, 'question');
      if (!approval.answer) found.push({ answerFunction, key, approval });
    }
    return found;
  }
}
