/** Whether somebody must act at once. */
export enum Severity {
  /** Requests fail, or are too slow: it pages. */
  CRITICAL = 'critical',
  /** It can wait until working hours: it notifies. */
  WARNING = 'warning',
}
