import type { Catcher, Retrier, StateDefinition } from './definition';
import type { Diagnostics } from './diagnostics';

/** Checks Retry and Catch. */
export function checkErrorHandling(state: StateDefinition, location: string, found: Diagnostics): void {
  const { Retry = [], Catch = [] } = state;
  checkNames(Retry, `${location}/Retry`, found);
  checkNames(Catch, `${location}/Catch`, found);
  for (const [index, retrier] of Retry.entries()) checkRetrier(retrier, `${location}/Retry[${index}]`, found);
  for (const [index, catcher] of Catch.entries()) {
    const at = `${location}/Catch[${index}]`;
    checkFields(catcher, ['ErrorEquals', 'Next', 'Comment', 'Output', 'Assign', 'ResultPath'], at, found);
  }
}

function checkNames(handlers: readonly (Retrier | Catcher)[], location: string, found: Diagnostics): void {
  for (const [index, { ErrorEquals }] of handlers.entries()) {
    const at = `${location}[${index}]`;
    if (!Array.isArray(ErrorEquals) || ErrorEquals.length === 0) {
      found.schema('These fields are required: [ErrorEquals]', at);
    } else if (
      ErrorEquals.includes('States.ALL') &&
      (ErrorEquals.length > 1 || index < handlers.length - 1)
    ) {
      found.schema("'States.ALL' must appear alone, and in the last retrier or catcher", `${at}/ErrorEquals`);
    }
  }
}

const RETRIER_FIELDS = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

function checkRetrier(retrier: Retrier, location: string, found: Diagnostics): void {
  checkFields(retrier, RETRIER_FIELDS, location, found);
  const {
    IntervalSeconds = 1,
    MaxAttempts = 3,
    BackoffRate = 2,
    MaxDelaySeconds,
    JitterStrategy = 'NONE',
  } = retrier;
  if (!Number.isInteger(IntervalSeconds) || IntervalSeconds < 1)
    found.schema('Value must be a positive integer', `${location}/IntervalSeconds`);
  if (!Number.isInteger(MaxAttempts) || MaxAttempts < 0)
    found.schema('Value must be an integer of at least 0', `${location}/MaxAttempts`);
  if (typeof BackoffRate !== 'number' || BackoffRate < 1)
    found.schema('Value must be a number of at least 1.0', `${location}/BackoffRate`);
  if (MaxDelaySeconds !== undefined && !(MaxDelaySeconds > IntervalSeconds))
    found.schema('MaxDelaySeconds must be greater than IntervalSeconds', `${location}/MaxDelaySeconds`);
  if (!['FULL', 'NONE'].includes(JitterStrategy))
    found.schema('Value must be one of the following: [FULL, NONE]', `${location}/JitterStrategy`);
}

function checkFields(object: object, known: readonly string[], location: string, found: Diagnostics): void {
  for (const name of Object.keys(object))
    if (!known.includes(name)) found.schema('Field is not supported', `${location}/${name}`);
}
