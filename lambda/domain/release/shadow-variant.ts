/**
 * The variant of a challenger that gets copies of requests: it is none of those whose requests callers wait
 * for, so that alarms on these never count copies. The constructs know it, too.
 */
export const SHADOW_VARIANT = 'shadow';
