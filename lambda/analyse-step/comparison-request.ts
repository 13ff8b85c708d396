import * as z from 'zod/mini';
import { modelVersionText } from '../domain/records/document';

/** What requests to compare a challenger with its champion have in common, with traffic or as a shadow. */
export const comparisonRequest = {
  releaseId: z.string(),
  endpointName: z.string(),
  endpointConfigName: z.nullable(z.string()),
  modelVersion: modelVersionText,
  championVersion: modelVersionText,
  championVariant: z.string(),
  challengerVariant: z.string(),
  now: z.iso.datetime(),
};
