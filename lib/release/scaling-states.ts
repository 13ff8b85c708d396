import type { PipelineFunction } from '../runtime/pipeline-function';
import { invoke, jsonata, PERSISTENT_RETRY, type State } from '../runtime/states';
import { PLAN } from './release-variables';

/**
 * Keeps the endpoint from scaling, so that AWS takes updates that remove a variant or change its instances.
 */
export function stopScaling(
  handler: PipelineFunction<'scale-endpoint'>,
  transition: { readonly next: string; readonly catchTo: string },
): State {
  return invoke(handler, { scales: false }, transition);
}

/**
 * Lets the variant in production scale, unless another release has begun. Nothing else would, so that it must
 * not fail.
 */
export function resumeScaling(handler: PipelineFunction<'scale-endpoint'>, next: string): State {
  return invoke(handler, { scales: true }, { next }, PERSISTENT_RETRY);
}

/** As {@link resumeScaling}, after a release that was undone, whether that could be recorded or not. */
export function resumeChampionScaling(handler: PipelineFunction<'scale-endpoint'>, next: string): State {
  const undone = {
    releaseId: jsonata(PLAN.releaseId),
    championVariant: jsonata(PLAN.championVariant),
  };
  return invoke(handler, { scales: true, undone }, { next }, PERSISTENT_RETRY);
}
