import { format } from 'node:util';

const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const METHODS = { trace: 'TRACE', debug: 'DEBUG', info: 'INFO', log: 'INFO', warn: 'WARN', error: 'ERROR' };

// One channel for both streams keeps the order of what is written.
const write = process.stdout.write.bind(process.stdout);
process.stderr.write = (...parameters) => process.stdout.write(...parameters);

/** Tells the local cloud that all output of an invocation has been written. */
export function endOfInvocation(requestId) {
  const maxMemoryUsed = Math.ceil(process.resourceUsage().maxRSS / 1024);
  write(`\uFFFE end ${requestId} ${maxMemoryUsed}\n`);
}

/** Gives `console` the formats of Lambda: text or JSON, one event a call. */
export function captureConsole({ AWS_LAMBDA_LOG_FORMAT, AWS_LAMBDA_LOG_LEVEL }) {
  const isJson = AWS_LAMBDA_LOG_FORMAT === 'JSON';
  const threshold = isJson ? LEVELS.indexOf(AWS_LAMBDA_LOG_LEVEL ?? 'INFO') : 0;
  let requestId;

  for (const [method, level] of Object.entries(METHODS)) {
    console[method] = (...values) => {
      if (LEVELS.indexOf(level) < threshold) return;
      emit(isJson ? jsonLine(level, values) : textLine(level, format(...values)));
    };
  }

  function textLine(level, message) {
    return [new Date().toISOString(), requestId, level, message].join('\t');
  }

  // As `formatJsonMessage` of the runtime (aws-lambda-nodejs-runtime-interface-client, src/LogPatch.js): a single value stays
  // what it is, so that a text which holds JSON is a text in the line.
  function jsonLine(level, values) {
    const line = { timestamp: new Date().toISOString(), level, requestId };
    if (values.length === 1) {
      try {
        return JSON.stringify({ ...line, message: values[0] }, describeErrors);
      } catch {
        return JSON.stringify({ ...line, message: format(values[0]) });
      }
    }
    const error = values.find((value) => value instanceof Error);
    return JSON.stringify({ ...line, message: format(...values), ...(error && description(error)) });
  }

  return {
    setRequestId(value) {
      requestId = value;
    },
    /** What the runtime itself has to say. */
    platform(level, title, body, details = undefined) {
      const { errorType, errorMessage, trace } = body;
      const shown = details ?? { errorType, errorMessage, stack: trace };
      emit(
        isJson
          ? JSON.stringify({ timestamp: new Date().toISOString(), level, requestId, message: shown })
          : textLine(level, `${title} \t${JSON.stringify(shown)}`),
      );
    },
  };
}

function describeErrors(_key, value) {
  return value instanceof Error ? { ...description(value), ...value } : value;
}

function description(error) {
  return {
    errorType: error.constructor?.name ?? 'UnknownError',
    errorMessage: error.message,
    stackTrace: String(error.stack).split('\n'),
  };
}

// A line feed ends an event, so those within one travel as carriage returns.
function emit(line) {
  write(`${line.replaceAll('\n', '\r')}\n`);
}
