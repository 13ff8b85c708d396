import * as z from 'zod/mini';

/**
 * Schema of the name of a production variant: `blue` or `green`, or the one that an adopted endpoint had.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariant.html for the pattern
 */
export const variantName = z.string().check(z.regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/));
