import type { StackStatus } from '@aws-sdk/client-cloudformation';

/** What AWS calls the phases of an operation on a stack. */
export interface StatusNames {
  readonly inProgress: StackStatus;
  /** While what is no longer needed is deleted; creations have no such phase. */
  readonly cleanup?: StackStatus;
  readonly complete: StackStatus;
  readonly failed: StackStatus;
}

export const CREATE: StatusNames = {
  inProgress: 'CREATE_IN_PROGRESS',
  complete: 'CREATE_COMPLETE',
  failed: 'CREATE_FAILED',
};
export const UPDATE: StatusNames = {
  inProgress: 'UPDATE_IN_PROGRESS',
  cleanup: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  complete: 'UPDATE_COMPLETE',
  failed: 'UPDATE_FAILED',
};
export const CREATE_ROLLBACK: StatusNames = {
  inProgress: 'ROLLBACK_IN_PROGRESS',
  complete: 'ROLLBACK_COMPLETE',
  failed: 'ROLLBACK_FAILED',
};
export const UPDATE_ROLLBACK: StatusNames = {
  inProgress: 'UPDATE_ROLLBACK_IN_PROGRESS',
  cleanup: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  complete: 'UPDATE_ROLLBACK_COMPLETE',
  failed: 'UPDATE_ROLLBACK_FAILED',
};
