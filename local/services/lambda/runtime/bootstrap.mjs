// The first code of a function's process: loads the handler and runs one invocation after another, as AWS's runtime does.
// It is plain JavaScript, because it runs as it is from the source tree and from the installed package.
import { captureConsole, endOfInvocation } from './console-lines.mjs';
import { errorBody, logLineOf } from './error-body.mjs';
import { loadHandler } from './handler-loader.mjs';
import { runHandler } from './handler-runner.mjs';
import { endWithParent } from './parent-watch.mjs';
import { leadResponsesHome } from './response-url.mjs';
import { RuntimeClient } from './runtime-client.mjs';
import { setClockOffset } from './virtual-date.mjs';

endWithParent();
setClockOffset(Number(process.env._LOCAL_CLOCK_OFFSET));
delete process.env._LOCAL_CLOCK_OFFSET;
leadResponsesHome(process.env.AWS_ENDPOINT_URL);
const client = new RuntimeClient(process.env.AWS_LAMBDA_RUNTIME_API);
const log = captureConsole(process.env);
const nodeVersion = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV)[1]);
let requestId;

for (const [event, title] of [
  ['uncaughtException', 'Uncaught Exception'],
  ['unhandledRejection', 'Unhandled Promise Rejection'],
]) {
  process.on(event, async (reason) => {
    const body = errorBody(event === 'unhandledRejection' ? unhandledRejection(reason) : reason);
    log.platform('ERROR', title, body);
    await reportFailure(body);
    process.exit(event === 'uncaughtException' ? 129 : 128);
  });
}

process.on('beforeExit', async () => {
  if (!runHandler.awaitsPromise) return;
  runHandler.awaitsPromise = false;
  const body = {
    errorType: 'Runtime.NodeJsExit',
    errorMessage:
      'The Lambda runtime client detected an unexpected Node.js exit code. This is most commonly caused by a Promise that was never settled. For more information, see https://nodejs.org/docs/latest/api/process.html#exit-codes',
    trace: [],
  };
  log.platform('ERROR', 'Invoke Error', body);
  await reportFailure(body);
  process.exit(13);
});

let handler;
try {
  handler = await loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER, nodeVersion);
} catch (error) {
  const body = errorBody(error);
  log.platform('ERROR', error.name?.startsWith('Runtime.') ? 'Uncaught Exception' : 'Init Error', body);
  await client.initError(body);
  process.exit(1);
}

for (;;) {
  const invocation = await client.next();
  requestId = invocation.requestId;
  setClockOffset(invocation.clockOffset);
  log.setRequestId(requestId);
  try {
    const answer = await runHandler(handler, invocation, nodeVersion);
    endOfInvocation(requestId);
    await client.respond(requestId, answer);
  } catch (error) {
    const body = errorBody(error);
    log.platform('ERROR', 'Invoke Error', body, logLineOf(error));
    await reportFailure(body);
  }
  requestId = undefined;
  log.setRequestId(undefined);
}

async function reportFailure(body) {
  if (requestId === undefined) return client.initError(body);
  endOfInvocation(requestId);
  return client.fail(requestId, body);
}

function unhandledRejection(reason) {
  const error = new Error(reason instanceof Error ? reason.toString() : String(reason));
  error.name = 'Runtime.UnhandledPromiseRejection';
  if (reason instanceof Error) error.stack = reason.stack;
  return error;
}
