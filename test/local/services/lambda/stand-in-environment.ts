import type { StartEnvironment } from '../../../../local/services/lambda/environment';

/** What a stand-in function does with an event: it answers, or throws. */
export type StandIn = (event: never) => unknown;

/** Functions of a test in its own process, by their names, in place of Node.js processes. */
export function standInEnvironments(functions: ReadonlyMap<string, StandIn>): StartEnvironment {
  let number = 0;
  return ({ functionName }) => ({
    id: `stand-in-${++number}`,
    ended: new Promise<void>(() => {}),
    becomesReady: async () => true,
    answer: async () => ({ status: 404, headers: {}, body: '' }),
    end: async () => {},
    run: async ({ payload }) => {
      const answer = await answerOf(
        functions.get(functionName) as StandIn,
        JSON.parse(String(payload)) as never,
      );
      const hasFailed = answer.functionError !== undefined;
      return { ...answer, logTail: '', end: { duration: 1, hasFailed } };
    },
  });
}

async function answerOf(standIn: StandIn, event: never) {
  try {
    return { payload: Buffer.from(JSON.stringify((await standIn(event)) ?? null)) };
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    const payload = Buffer.from(JSON.stringify({ errorType, errorMessage, trace: [] }));
    return { payload, functionError: 'Unhandled' as const };
  }
}
