/**
 * Runs one invocation; resolves with the answer as JSON text, rejects with what the handler threw.
 *
 * Handlers are async, or they call back (not from Node.js 24 on). A call-back's answer is given when the event loop is
 * empty, unless `context.callbackWaitsForEmptyEventLoop` is false.
 */
export function runHandler(handler, invocation, nodeVersion) {
  return new Promise((resolve, reject) => {
    const succeed = (value) => {
      try {
        resolve(stringify(value));
      } catch (error) {
        reject(error);
      }
    };
    const settle = (promise) => {
      runHandler.awaitsPromise = true;
      Promise.resolve(promise)
        .finally(() => {
          runHandler.awaitsPromise = false;
        })
        .then(succeed, reject);
    };
    const context = newContext(invocation);
    const event = JSON.parse(invocation.payload);
    if (nodeVersion >= 24) {
      settle(handler(event, context));
      return;
    }
    // What the call-back leaves to do, once the event loop is empty; a handler that never calls back answers null.
    let finish = () => succeed(null);
    const whenIdle = () => finish();
    const done = (error, value) => {
      finish = () => (error === undefined || error === null ? succeed(value) : reject(error));
      if (error || !context.callbackWaitsForEmptyEventLoop) {
        process.off('beforeExit', whenIdle);
        finish();
      }
    };
    Object.assign(context, {
      done,
      succeed: (value) => done(null, value),
      fail: (error) => done(error ?? 'handled'),
    });
    process.once('beforeExit', whenIdle);
    let result;
    try {
      result = handler(event, context, done);
    } catch (error) {
      process.off('beforeExit', whenIdle);
      reject(error);
      return;
    }
    if (typeof result?.then === 'function') {
      process.off('beforeExit', whenIdle);
      settle(result);
    }
  });
}

/** Whether the handler gave a promise that is not settled yet. */
runHandler.awaitsPromise = false;

function stringify(value) {
  try {
    return JSON.stringify(value === undefined ? null : value) ?? 'null';
  } catch (cause) {
    const error = new Error('Unable to stringify response body', { cause });
    error.name = 'Runtime.MarshalError';
    throw error;
  }
}

function newContext({ requestId, deadline, functionArn, clientContext }) {
  const { env } = process;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    invokedFunctionArn: functionArn,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext ? JSON.parse(clientContext) : undefined,
    identity: undefined,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}
