import { GetExecutionHistoryCommand, type HistoryEvent } from '@aws-sdk/client-sfn';
import type { Aws } from './aws';

/** A state of a workflow that has been entered. */
export interface EnteredState {
  readonly name: string;
  readonly at: Date;
}

/** The most events that Step Functions returns at once. */
const PAGE = 1_000;

/**
 * Reads which states an execution enters, oldest first: each call returns those since the previous call.
 *
 * Reads backwards to the last event that it knows, because a page token of `GetExecutionHistory` ends with
 * the events of its time.
 */
export function enteredStatesOf({ sfn }: Aws, executionArn: string): () => Promise<EnteredState[]> {
  let known = 0;
  return async () => {
    const events: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const page = await sfn.send(
        new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: PAGE, nextToken }),
      );
      events.push(...(page.events ?? []).filter(({ id = 0 }) => id > known));
      nextToken = events.at(-1)?.id === known + 1 || !page.events?.length ? undefined : page.nextToken;
    } while (nextToken);
    known = events[0]?.id ?? known;
    return events
      .reverse()
      .flatMap(({ stateEnteredEventDetails: entered, timestamp }) =>
        entered?.name && timestamp ? [{ name: entered.name, at: timestamp }] : [],
      );
  };
}
