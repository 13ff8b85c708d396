import type { FeatureProfile } from '../../data/profile';
import type { FindingTest } from './finding';
import { missingRate } from './missing-rate';
import { outOfRange } from './out-of-range';
import { constantCategory, repeatedNumber } from './repeated-value';
import { unseenCategories } from './unseen-categories';

/**
 * All findings that a feature can have, with their tests.
 *
 * @param training profile of the training data
 * @param window profile of the traffic, with the same bins
 */
export function findingTests(training: FeatureProfile, window: FeatureProfile): readonly FindingTest[] {
  const missing = missingRate(training, window);
  if (training.kind === 'numeric' && window.kind === 'numeric') {
    return [missing, outOfRange(training, window), repeatedNumber(training, window)];
  }
  if (training.kind === 'categorical' && window.kind === 'categorical') {
    return [missing, unseenCategories(training, window), constantCategory(training, window)];
  }
  return [missing];
}
