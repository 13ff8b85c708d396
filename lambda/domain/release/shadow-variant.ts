/**
 * The variant of a challenger that gets copies of requests. Callers never wait for its answers, and alarms on
 * the other variants never count copies. The constructs know it, too.
 */
export const SHADOW_VARIANT = 'shadow';
