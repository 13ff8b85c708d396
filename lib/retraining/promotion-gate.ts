import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  type INextable,
  JsonPath,
  QueryLanguage,
  type State,
  StateMachineFragment,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { JudgeScoresRequest } from '../../contracts/functions/gate';
import { explainPolicies } from '../platform/explained-rules';
import { type PlatformProps, resolvePlatform } from '../platform/platform';
import { ProblemType } from '../problem-type';
import { asFolder } from '../runtime/as-folder';
import { PartFunction } from '../runtime/part-function';
import { Validation } from '../runtime/validation';
import { type PromotionPolicyProps, resolvePromotionPolicy } from './promotion-policy';

export interface PromotionGateProps extends PlatformProps {
  /** Bucket of the files with labels and scores, and of reports. */
  readonly bucket: IBucket;

  /**
   * File with the labels of the rows, a line for each and without a header: a key, or an `s3://` URI of the
   * bucket. As of the other files, a text, a JSONata expression such as `{% $labels %}`, or `JsonPath`.
   */
  readonly labels: string;

  /**
   * File with the challenger's scores of the same rows, in the same order: a line for each, with a number or
   * one for each class, and without a header, as a batch transform job writes it.
   */
  readonly challengerScores: string;

  /**
   * File with the champion's scores of the same rows; an expression may be null or empty if nothing is in
   * production.
   * @default - nothing is in production: the challenger must be significantly better than the best constant
   * answer, or meet `atLeast`
   */
  readonly championScores?: string;

  /**
   * File with the columns of the same rows that the policy reads: CSV, JSON lines or Parquet, with a header.
   * @default - the policy must read no columns
   */
  readonly columns?: string;

  /**
   * When a challenger may replace the champion. The gate asks nobody: with `UndecidedAction.ASK_PERSON`, its
   * verdict is `needs-person`. It does not know the models' archives, and so not the rule `sizeWithin`.
   * @default - the challenger must be significantly better than the champion, at a false-promotion rate of 5
   * %: in AUC, log loss of several classes, or mean absolute error
   */
  readonly promotion?: PromotionPolicyProps;

  /**
   * What the model predicts.
   * @default ProblemType.binary()
   */
  readonly problem?: ProblemType;

  /**
   * Name of the model in reports.
   * @default - id of the construct
   */
  readonly modelName?: string;

  /**
   * Name of the challenger in reports, such as its version: a text or an expression.
   * @default 'challenger'
   */
  readonly challenger?: string;

  /**
   * Name of the champion in reports: a text or an expression.
   * @default 'champion'
   */
  readonly champion?: string;

  /**
   * What the keys of labels, scores and columns begin with: the gate may read no others.
   * @default - it may read all objects of the bucket
   */
  readonly inputPrefix?: string;

  /**
   * What the keys of reports begin with. The gate also counts there how many challengers were judged on the
   * same labels.
   * @default 'promotion-gate/'
   */
  readonly prefix?: string;

  /**
   * In a state machine of JSONPath: where the judgement goes in the state's input.
   * @default - the judgement is the state's output
   */
  readonly resultPath?: string;

  /**
   * Variables that the state assigns, such as `{ judgement: '{% $states.result %}' }`.
   * @default - none
   */
  readonly assign?: { readonly [name: string]: unknown };
}

/**
 * The promotion gate as a state of anybody's state machine: decides from the scores of two models for the
 * same rows whether the challenger may replace the champion. Its output is `{ "verdict", "reasons",
 * "metrics", "evaluation", "report" }`; the verdict is `promote`, `keep` or `needs-person`. The same files
 * again give the same answer.
 */
export class PromotionGate extends StateMachineFragment {
  readonly startState: State;
  readonly endStates: INextable[];
  /** The function that decides. */
  readonly handler: IFunction;

  /** @throws Error that lists what is wrong with the props, and where */
  constructor(scope: Construct, id: string, props: PromotionGateProps) {
    super(scope, id);
    const problem = props.problem ?? ProblemType.binary();
    const prefix = asFolder(props.prefix ?? 'promotion-gate');
    const policy = resolvePromotionPolicy(this, problem, props.promotion);
    const inputs = this.inputs(props);
    const isJsonPath = props.resultPath !== undefined || hasJsonPath(inputs);
    const validation = new Validation(this)
      .check(
        policy.columns,
        policy.columns.length === 0 || props.columns !== undefined,
        'the policy reads columns, so columns must name the file that has them',
      )
      .check(
        props.promotion?.approvalTimeout?.toHumanString(),
        props.promotion?.approvalTimeout === undefined,
        'promotion.approvalTimeout must not be given: the gate asks nobody, your state machine does',
      )
      .check(
        'sizeWithin',
        policy._gate.rules.every(({ rule }) => rule !== 'sizeWithin'),
        "promotion.rules must not include what needs the models' archives",
      )
      .check(
        inputs,
        !isJsonPath || !hasJsonata(inputs),
        'inputs must be JSONata or JsonPath, not both; resultPath is for JsonPath',
      );
    for (const found of problem._problems()) validation.add(found);
    validation.finish();
    const handler = new PartFunction(this, 'Function', {
      context: {
        pipelineName: props.modelName ?? id,
        bucket: props.bucket,
        platform: resolvePlatform(this, props),
      },
      asset: 'judge-scores',
      description: 'Decides by two files of scores whether a challenger replaces the champion',
      settings: { policy: policy._gate, judgedBy: policy.judgedBy, prefix },
      timeout: Duration.minutes(15),
      memorySize: 3008,
    })
      .canRead(props.inputPrefix ?? '', prefix)
      .canWrite(prefix);
    this.handler = handler;
    const state = new LambdaInvoke(this, 'Judge', {
      stateName: id,
      queryLanguage: isJsonPath ? QueryLanguage.JSON_PATH : QueryLanguage.JSONATA,
      comment: 'Decides whether the challenger may replace the champion',
      lambdaFunction: handler,
      payload: TaskInput.fromObject({ ...inputs }),
      payloadResponseOnly: true,
      resultPath: props.resultPath,
      assign: props.assign,
    });
    this.startState = state;
    this.endStates = [state];
    explainPolicies(this, props.inputPrefix ?? '', prefix);
  }

  private inputs(props: PromotionGateProps): JudgeScoresRequest {
    const { labels, challengerScores, championScores, columns } = props;
    return {
      labels,
      challengerScores,
      ...(championScores !== undefined && { championScores }),
      ...(columns !== undefined && { columns }),
      challenger: props.challenger ?? 'challenger',
      champion: props.champion ?? 'champion',
    };
  }
}

function hasJsonPath(inputs: JudgeScoresRequest): boolean {
  return textsOf(inputs).some((text) => JsonPath.isEncodedJsonPath(text));
}

function hasJsonata(inputs: JudgeScoresRequest): boolean {
  return textsOf(inputs).some((text) => text.startsWith('{%'));
}

function textsOf(inputs: JudgeScoresRequest): string[] {
  return Object.values(inputs) as string[];
}
