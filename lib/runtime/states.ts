import { Aws, type Duration } from 'aws-cdk-lib';
import type { FunctionAnswers, FunctionRequests, InvokedFunctionName } from '../../contracts/functions';
import type { LoggedInvocation } from '../../contracts/logged-invocation';
import type { PersonsAnswer } from '../../contracts/persons-answer';
import type { PartFunction } from './part-function';
import { type AnyPath, type Path, path } from './path';
import { type Assignment, assigns } from './variables';

/** A state in Amazon States Language (JSONata). */
export type State = { readonly [field: string]: unknown };
export type States = { readonly [name: string]: State };

export interface Transition {
  readonly next?: string;
  readonly output?: unknown;
  /** Where errors lead; `$error` then holds what went wrong. */
  readonly catchTo?: string;
  /** Where errors lead that change nothing, e.g. when what is to be deleted is gone. */
  readonly ignoreErrorsTo?: string;
  /** Where errors lead that are reported later: each is added to the list `$problems`. */
  readonly tellErrorsLater?: { readonly what: string; readonly next: string };
}

declare const isExpression: unique symbol;
/** A JSONata expression, as Amazon States Language writes it: `{% … %}`. */
export type Expression = string & { readonly [isExpression]: true };

/** `T`, in which each value, at any depth, may also be an expression of it. */
export type Given<T> = T extends object
  ? Expression | { readonly [Field in keyof T]: Given<T[Field]> }
  : T | Expression;

/** A JSONata expression. */
export function jsonata(expression: string | AnyPath): Expression {
  return `{% ${expression} %}` as Expression;
}

/** When the state was entered, as ISO 8601 in UTC. */
export const ENTERED = jsonata('$states.context.State.EnteredTime');

/** Cause of the error that `catchTo` kept; some, like timeouts, have none. */
export const CAUSE = jsonata("$exists($error.Cause) ? $error.Cause : ''");

/** A transition that assigns variables. */
export interface AssigningTransition extends Transition {
  readonly assign?: Assignment;
}

/** What follows a task whose result is a `Result`. */
export interface TransitionFrom<Result> extends Transition {
  /** Variables assigned from the result. */
  readonly assign?: (result: Path<Result>) => Assignment;
}

/** Calls one of our functions; its answer is the state's output. */
export function invoke<Name extends InvokedFunctionName>(
  handler: PartFunction<Name>,
  payload: Given<FunctionRequests[Name]>,
  { assign, ...transition }: TransitionFrom<FunctionAnswers[Name]>,
  retry: readonly object[] = LAMBDA_RETRY,
): State {
  const answer = '$states.result.Payload';
  return task(
    'lambda:invoke',
    invocation(handler, payload),
    { output: jsonata(answer), ...transition, assign: assign?.(path(answer)) },
    retry,
  );
}

/**
 * Calls one of our functions, which gets a token, and waits until a person answers with it. After the time,
 * the error is `States.Timeout`.
 */
export function waitForAnswer<Name extends InvokedFunctionName>(
  handler: PartFunction<Name>,
  payload: Given<FunctionRequests[Name]>,
  timeout: Duration,
  { assign, ...transition }: TransitionFrom<PersonsAnswer>,
): State {
  const state = task(
    'lambda:invoke.waitForTaskToken',
    invocation(handler, payload),
    { ...transition, assign: assign?.(path('$states.result')) },
    LAMBDA_RETRY,
  );
  return { ...state, TimeoutSeconds: timeout.toSeconds() };
}

function invocation<Name extends InvokedFunctionName>(
  handler: PartFunction<Name>,
  payload: Given<FunctionRequests[Name]>,
): object {
  return { FunctionName: handler.functionArn, Payload: payload, ClientContext: CLIENT_CONTEXT };
}

const EXECUTION_ID: keyof LoggedInvocation = 'executionId';

/** Which execution invokes, for the function's log. Lambda takes it as JSON in Base64. */
const CLIENT_CONTEXT = jsonata(
  `$base64encode($string({'custom': {'${EXECUTION_ID}': $states.context.Execution.Id}}))`,
);

/** Calls an AWS API by its SDK integration, e.g. `sagemaker:createEndpoint`. */
export function call(action: string, parameters: object, transition: AssigningTransition): State {
  return task(`aws-sdk:${action}`, parameters, transition, CALL_RETRY);
}

/**
 * Creates something by its SDK integration, under a name that nobody else uses. If the answer is lost, the
 * call is repeated and refused because the resource exists, which counts as success.
 */
export function create(
  name: string,
  action: string,
  parameters: object,
  { next, catchTo }: { readonly next: string; readonly catchTo: string },
): States {
  const refused = `${name}Refused`;
  return {
    [name]: call(action, parameters, { next, catchTo: refused }),
    [refused]: unless(EXISTS, { next, otherwise: catchTo }),
  };
}

/** What SageMaker says of a name that is taken. */
export const EXISTS = 'already exist';

/**
 * Follows a `catchTo`. Continues at `next` if the error's cause contains `text`; otherwise at `otherwise`.
 */
export function unless(
  text: string,
  {
    next,
    otherwise,
    assign,
    and = '',
  }: {
    readonly next: string;
    readonly otherwise: string;
    readonly assign?: Assignment;
    /** A further condition, such as ` and $tries < 5`. */
    readonly and?: string;
  },
): State {
  const condition = jsonata(`$exists($error.Cause) and $contains($error.Cause, '${text}')${and}`);
  return {
    Type: 'Choice',
    Choices: [{ Condition: condition, Assign: { error: {}, ...assign }, Next: next }],
    Default: otherwise,
  };
}

/** Runs a job by its optimised integration and waits for its end, e.g. `sagemaker:createTrainingJob.sync`. */
export function run(integration: string, parameters: object, transition: AssigningTransition): State {
  return task(integration, parameters, transition, JOB_RETRY);
}

/**
 * Runs a SageMaker job under a name that nobody else uses, and waits for its end. If the answer to its start
 * is lost, the call is repeated and refused because the job exists; the job is then polled until it ends. The
 * result of `Describe` is in the variable that is named after the kind of job, such as `$trainingJob`.
 *
 * @param kind as SageMaker's actions and fields are named after it
 */
export function job(
  name: string,
  kind: 'TrainingJob' | 'TransformJob' | 'HyperParameterTuningJob',
  parameters: { readonly [field: string]: unknown },
  { next, catchTo }: { readonly next: string; readonly catchTo: string },
): States {
  const variable = `${kind[0]?.toLowerCase()}${kind.slice(1)}`;
  const status = `$${variable}.${kind}Status`;
  const states = {
    refused: `${name}Refused`,
    look: `LookAt${name}`,
    ended: `Has${name}Ended`,
    goesOn: `${name}GoesOn`,
    failed: `${name}Failed`,
  };
  const assign = assignJob({ [variable]: jsonata('$states.result') });
  const named = { [`${kind}Name`]: parameters[`${kind}Name`] };
  return {
    [name]: run(`sagemaker:create${kind}.sync`, parameters, { next, catchTo: states.refused, assign }),
    [states.refused]: unless(EXISTS, {
      next: states.look,
      otherwise: catchTo,
      assign: assignJob({ looks: 0 }),
    }),
    [states.look]: call(`sagemaker:describe${kind}`, named, { next: states.ended, catchTo, assign }),
    [states.ended]: choose(
      [
        [`${status} = 'Completed'`, next],
        [`${status} in ['InProgress', 'Stopping']`, states.goesOn],
      ],
      states.failed,
    ),
    [states.goesOn]: wait(
      backoff(JOB_POLL_SECONDS, '$looks', 1.1),
      states.look,
      assignJob({ looks: jsonata('$looks + 1') }),
    ),
    // As Step Functions tells of a job that it has waited for.
    [states.failed]: pass(
      catchTo,
      assignJob({ error: { Error: 'States.TaskFailed', Cause: jsonata(`$string($${variable})`) } }),
    ),
  };
}

/** Any workflow may have jobs, whose variables are named after their kinds. */
const assignJob = assigns<Readonly<Record<string, unknown>>>();

const JOB_POLL_SECONDS = 30;

export function choose(
  rules: readonly (readonly [condition: string | AnyPath, next: string])[],
  otherwise: string,
): State {
  return {
    Type: 'Choice',
    Choices: rules.map(([condition, next]) => ({ Condition: jsonata(condition), Next: next })),
    Default: otherwise,
  };
}

export function wait(seconds: Given<number>, next: string, assign?: Assignment): State {
  return { Type: 'Wait', Seconds: seconds, ...(assign && { Assign: assign }), Next: next };
}

/**
 * Seconds until the next poll: somewhat longer each time, so that even a wait of weeks takes few of the
 * 25,000 events that an execution may have, and the end is noticed within a twentieth of the time waited, or
 * as `growth` says.
 *
 * @param looks JSONata: the polls so far
 */
export function backoff(seconds: number, looks: string | AnyPath, growth = 1.05): Expression {
  return jsonata(`$ceil(${seconds} * $power(${growth}, ${looks}))`);
}

export function pass(next: string, assign: Assignment): State {
  return { Type: 'Pass', Assign: assign, Next: next };
}

export function succeed(output: unknown): State {
  return { Type: 'Succeed', Output: output };
}

export function fail(error: string, cause: string): State {
  return { Type: 'Fail', Error: error, Cause: cause };
}

function task(
  integration: string,
  parameters: object,
  transition: AssigningTransition,
  retry: readonly object[],
): State {
  return {
    Type: 'Task',
    Resource: `arn:${Aws.PARTITION}:states:::${integration}`,
    Arguments: parameters,
    Retry: retry,
    ...(transition.assign && { Assign: transition.assign }),
    ...(transition.output !== undefined && { Output: transition.output }),
    ...(transition.catchTo && {
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: { error: jsonata('$states.errorOutput') },
          Next: transition.catchTo,
        },
      ],
    }),
    ...(transition.ignoreErrorsTo && {
      Catch: [{ ErrorEquals: ['States.ALL'], Next: transition.ignoreErrorsTo }],
    }),
    ...(transition.tellErrorsLater && {
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: { problems: jsonata(withProblem(transition.tellErrorsLater.what)) },
          Next: transition.tellErrorsLater.next,
        },
      ],
    }),
    ...(transition.next ? { Next: transition.next } : { End: true }),
  };
}

/** Of variables, a state may have 256 KB. */
const LONGEST_CAUSE = 4_000;

function withProblem(what: string): string {
  const { cause, name } = {
    name: '$states.errorOutput.Error',
    cause: `$substring($string($states.errorOutput.Cause), 0, ${LONGEST_CAUSE})`,
  };
  return `$append($problems, [{'what': '${what}', 'Error': ${name}, 'Cause': ${cause}}])`;
}

export const LAMBDA_RETRY = [
  {
    ErrorEquals: [
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
      // By which a function's own calls fail when the SDK has given up.
      'TimeoutError',
      'InternalError',
      'InternalFailure',
      'InternalServerError',
      'ServiceUnavailable',
      'SlowDown',
      'ThrottlingException',
    ],
    IntervalSeconds: 2,
    MaxAttempts: 6,
    BackoffRate: 2,
  },
  {
    // A function that ran out of time, of which older runtimes only say "unknown":
    // https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html
    // It may have done its work: each of ours can be called again with the same input, and then does nothing
    // twice.
    ErrorEquals: ['Sandbox.Timedout', 'Lambda.Unknown'],
    IntervalSeconds: 5,
    MaxAttempts: 2,
    BackoffRate: 2,
  },
];

/** For what must be done: a function that may be called again, whatever it failed by. */
export const PERSISTENT_RETRY = [
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 8, BackoffRate: 2, MaxDelaySeconds: 60 },
];

/**
 * Most services, SageMaker among them, have no name of their own for throttling, their faults or a lost
 * connection.
 */
const CALL_RETRY = [
  { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 4, BackoffRate: 2 },
];

/** Not an error of the job itself: after a lost answer, the job of that name is already running. */
const JOB_RETRY = [
  {
    ErrorEquals: [
      'SageMaker.AmazonSageMakerException',
      'SageMaker.SdkClientException',
      'StepFunctions.AWSStepFunctionsException',
      'StepFunctions.SdkClientException',
      'SNS.AmazonSNSException',
      'SNS.SdkClientException',
    ],
    IntervalSeconds: 5,
    MaxAttempts: 4,
    BackoffRate: 2,
  },
];
