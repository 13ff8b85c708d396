import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { invoke, jsonata, PERSISTENT_RETRY, type State } from '../runtime/states';

/** Keeps the endpoint from scaling, so that AWS takes updates that remove a variant or change its instances. */
export function stopScaling(
  handler: IFunction,
  transition: { readonly next: string; readonly catchTo: string },
): State {
  return invoke(handler, { scales: false }, transition);
}

/** Lets the variant in production scale, unless another release has begun. Nothing else would, so that it must not fail. */
export function resumeScaling(handler: IFunction, next: string): State {
  return invoke(handler, { scales: true }, { next }, PERSISTENT_RETRY);
}

/** As {@link resumeScaling}, after a release that was undone, whether that could be recorded or not. */
export function resumeChampionScaling(handler: IFunction, next: string): State {
  const undone = {
    releaseId: jsonata('$plan.releaseId'),
    championVariant: jsonata('$plan.championVariant'),
  };
  return invoke(handler, { scales: true, undone }, { next }, PERSISTENT_RETRY);
}
