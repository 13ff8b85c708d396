import { StateError } from './state-error';

/** Bytes of JSON that a state may take or give. */
export const LARGEST_PAYLOAD = 262_144;

/** @param who the state, or the service that a task called */
export function payloadError(who: string): StateError {
  return new StateError(
    'States.DataLimitExceeded',
    `The state/task '${who}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  );
}
