/** The variant of a challenger that gets copies of requests; the functions know it, too. */
export const SHADOW_VARIANT = 'shadow';
