import { Logger } from '@aws-lambda-powertools/logger';

/**
 * The log of a function: one JSON object a line, with the fields of Powertools for AWS Lambda (`level`,
 * `message`, `timestamp`, `service`, `error` with its stack), `pipeline`, and what `loggedHandler` adds for
 * each invocation. It is written to the standard output and error, whose lines Lambda takes as they are:
 * `console` would nest it in a JSON object of its own.
 *
 * @see https://docs.aws.amazon.com/powertools/typescript/latest/features/logger/
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html
 */
export const logger = new Logger({ persistentKeys: { pipeline: process.env.PIPELINE_NAME } });
