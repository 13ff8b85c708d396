import { distributedMap } from '../runtime/distributed-map';
import type { PartContext } from '../runtime/part-context';
import type { PartFunction } from '../runtime/part-function';
import { choose, invoke, jsonata, LAMBDA_RETRY, type States, succeed } from '../runtime/states';
import { assignBatch, BATCH_RUN } from './batch-variables';
import type { BoundEngine } from './engines/engine';

export interface BatchStatesProps {
  readonly context: PartContext;
  readonly batchName: string;
  readonly plan: PartFunction<'plan-batch'>;
  readonly engine: BoundEngine;
  readonly finish: PartFunction<'finish-batch'>;
  readonly deliver?: PartFunction<'deliver-batch'>;
  readonly finishDelivery?: PartFunction<'finish-delivery'>;
  /** Whether files that are uploaded start runs: not every one is to be scored. */
  readonly onNewFiles: boolean;
  /** Names of the sinks. */
  readonly sinks: readonly string[];
}

/** The state that follows those of the engine. */
export const FINISH_RUN = 'FinishRun';

/** Plans a run, scores its parts, and ends it. What was done already is not done again. */
export function batchStates(props: BatchStatesProps): States {
  const { plan, engine, finish, sinks } = props;
  return {
    PlanRun: invoke(
      plan,
      { input: jsonata('$states.input'), execution: jsonata('$states.context.Execution.Name') },
      {
        next: props.onNewFiles ? 'HasParts' : engine.startAt,
        assign: (answer) => assignBatch({ planned: jsonata(answer) }),
      },
    ),
    ...(props.onNewFiles && {
      HasParts: choose([[`${BATCH_RUN.planned.parts} = 0`, 'NothingToScore']], engine.startAt),
      NothingToScore: succeed({ run: jsonata(BATCH_RUN.planned.run), rows: 0 }),
    }),
    ...engine.states,
    [FINISH_RUN]: invoke(
      finish,
      { run: jsonata(BATCH_RUN.planned.run) },
      {
        next: sinks.length > 0 ? deliveryState(0) : 'Finished',
        assign: (answer) => assignBatch({ finished: jsonata(answer) }),
      },
    ),
    ...deliveryStates(props),
    Finished: succeed(jsonata(BATCH_RUN.finished)),
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
function deliveryStates(props: BatchStatesProps): States {
  const { context, batchName, deliver, finishDelivery, sinks } = props;
  if (!deliver || !finishDelivery) return {};
  const deliveries = sinks.map((sink, index) => [
    deliveryState(index),
    distributedMap(`DeliverPart${index + 1}`, {
      bucketName: context.bucket.bucketName,
      key: jsonata(BATCH_RUN.planned.partsKey),
      item: invoke(
        deliver,
        { run: jsonata('$states.input.run'), sink, part: jsonata('$states.input.part') },
        {},
        [...SINK_RETRY, ...LAMBDA_RETRY],
      ),
      maxConcurrency: DELIVERED_AT_ONCE,
      results: jsonata(`'batch/${batchName}/' & ${BATCH_RUN.planned.run} & '/delivered/${sink}-map'`),
      next: index + 1 < sinks.length ? deliveryState(index + 1) : 'FinishDelivery',
    }),
  ]);
  return {
    ...Object.fromEntries(deliveries),
    FinishDelivery: invoke(
      finishDelivery,
      { run: jsonata(BATCH_RUN.planned.run) },
      { next: 'Finished', assign: (answer) => assignBatch({ finished: jsonata(answer) }) },
    ),
  };
}

function deliveryState(index: number): string {
  return `DeliverToSink${index + 1}`;
}
