import { distributedMap } from '../runtime/distributed-map';
import type { PartContext } from '../runtime/part-context';
import type { PartFunction } from '../runtime/part-function';
import { invoke, jsonata, LAMBDA_RETRY, type States, succeed } from '../runtime/states';
import { assigns, variables } from '../runtime/variables';

export interface BatchStatesProps {
  readonly context: PartContext;
  readonly batchName: string;
  readonly maxConcurrency: number;
  readonly functions: {
    readonly plan: PartFunction<'plan-batch'>;
    readonly score: PartFunction<'score-batch'>;
    readonly finish: PartFunction<'finish-batch'>;
    readonly deliver?: PartFunction<'deliver-batch'>;
    readonly finishDelivery?: PartFunction<'finish-delivery'>;
  };
  /** Names of the sinks. */
  readonly sinks: readonly string[];
}

interface Variables {
  readonly run: string;
  readonly partsKey: string;
  readonly finished: object;
}

const VARIABLES = variables<Variables>();
const assign = assigns<Variables>();

/** Events of schedules have the time at which they were due: two of one time are one run. */
const RUN = `$exists($states.input.run) ? $states.input.run : $exists($states.input.time) ? $replace($states.input.time, ':', '-') : $states.context.Execution.Name`;

/** Plans a run, scores its parts, and ends it. What was done already is not done again. */
export function batchStates(props: BatchStatesProps): States {
  const { context, batchName, maxConcurrency, functions, sinks } = props;
  const { bucketName } = context.bucket;
  return {
    PlanRun: invoke(
      functions.plan,
      { run: jsonata(RUN) },
      {
        next: 'ScoreParts',
        assign: ({ run, partsKey }) => assign({ run: jsonata(run), partsKey: jsonata(partsKey) }),
      },
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
      {
        next: sinks.length > 0 ? deliveryState(0) : 'Finished',
        assign: (answer) => assign({ finished: jsonata(answer) }),
      },
    ),
    ...deliveryStates(props),
    Finished: succeed(jsonata(VARIABLES.finished)),
  };
}

/** While a sink cannot take rows: for about three hours. */
const SINK_RETRY = [
  {
    ErrorEquals: ['SinkUnavailable'],
    IntervalSeconds: 15,
    BackoffRate: 2,
    MaxDelaySeconds: 600,
    MaxAttempts: 22,
    JitterStrategy: 'FULL',
  },
];

/** Parts that are delivered to a sink at the same time, so that a database is not flooded. */
const DELIVERED_AT_ONCE = 5;

/** Delivers all parts to each sink, one sink after the other, and ends the delivery. */
function deliveryStates({ context, batchName, functions, sinks }: BatchStatesProps): States {
  const { deliver, finishDelivery } = functions;
  if (!deliver || !finishDelivery) return {};
  const deliveries = sinks.map((sink, index) => [
    deliveryState(index),
    distributedMap(`DeliverPart${index + 1}`, {
      bucketName: context.bucket.bucketName,
      key: jsonata(VARIABLES.partsKey),
      item: invoke(
        deliver,
        { run: jsonata('$states.input.run'), sink, part: jsonata('$states.input.part') },
        {},
        [...SINK_RETRY, ...LAMBDA_RETRY],
      ),
      maxConcurrency: DELIVERED_AT_ONCE,
      results: jsonata(`'batch/${batchName}/' & ${VARIABLES.run} & '/delivered/${sink}-map'`),
      next: index + 1 < sinks.length ? deliveryState(index + 1) : 'FinishDelivery',
    }),
  ]);
  return {
    ...Object.fromEntries(deliveries),
    FinishDelivery: invoke(
      finishDelivery,
      { run: jsonata(VARIABLES.run) },
      { next: 'Finished', assign: (answer) => assign({ finished: jsonata(answer) }) },
    ),
  };
}

function deliveryState(index: number): string {
  return `DeliverToSink${index + 1}`;
}
