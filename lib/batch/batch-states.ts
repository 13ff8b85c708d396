import { distributedMap } from '../runtime/distributed-map';
import type { PartContext } from '../runtime/part-context';
import type { PartFunction } from '../runtime/part-function';
import { invoke, jsonata, type States, succeed } from '../runtime/states';
import { assigns, variables } from '../runtime/variables';

export interface BatchStatesProps {
  readonly context: PartContext;
  readonly batchName: string;
  readonly maxConcurrency: number;
  readonly functions: {
    readonly plan: PartFunction<'plan-batch'>;
    readonly score: PartFunction<'score-batch'>;
    readonly finish: PartFunction<'finish-batch'>;
  };
}

interface Variables {
  readonly run: string;
  readonly finished: object;
}

const VARIABLES = variables<Variables>();
const assign = assigns<Variables>();

/** Events of schedules have the time at which they were due: two of one time are one run. */
const RUN = `$exists($states.input.run) ? $states.input.run : $exists($states.input.time) ? $replace($states.input.time, ':', '-') : $states.context.Execution.Name`;

/** Plans a run, scores its parts, and ends it. What was done already is not done again. */
export function batchStates({ context, batchName, maxConcurrency, functions }: BatchStatesProps): States {
  const { bucketName } = context.bucket;
  return {
    PlanRun: invoke(
      functions.plan,
      { run: jsonata(RUN) },
      { next: 'ScoreParts', assign: ({ run }) => assign({ run: jsonata(run) }) },
    ),
    ScoreParts: distributedMap('ScorePart', {
      bucketName,
      key: jsonata('$states.input.partsKey'),
      item: invoke(functions.score, jsonata('$states.input'), {}),
      maxConcurrency,
      results: jsonata(`'batch/${batchName}/' & ${VARIABLES.run} & '/map'`),
      next: 'FinishRun',
    }),
    FinishRun: invoke(
      functions.finish,
      { run: jsonata(VARIABLES.run) },
      { next: 'Finished', assign: (answer) => assign({ finished: jsonata(answer) }) },
    ),
    Finished: succeed(jsonata(VARIABLES.finished)),
  };
}
