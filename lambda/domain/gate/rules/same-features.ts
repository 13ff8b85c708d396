import { sameItems } from '../../records/same-items';
import type { GateReason } from './rule';

/** What models take, in order. */
export interface FeatureNames {
  /** None if they are not recorded, as those of an adopted model. */
  readonly champion: readonly string[];
  readonly holdout: readonly string[];
}

/**
 * The champion takes the features that the holdout has, in their order; otherwise its scores mean nothing.
 */
export function sameFeatures(names: FeatureNames | undefined): GateReason | undefined {
  if (!names) return undefined;
  const { champion, holdout } = names;
  const numbers = { champion: champion.length, holdout: holdout.length };
  if (champion.length === 0) {
    return {
      rule: 'same-features',
      passed: true,
      message: `the features of the champion are not recorded: it must take those of the holdout, in this order: ${quoted(holdout)}`,
      numbers,
    };
  }
  const passed = sameItems(champion, holdout);
  return {
    rule: 'same-features',
    passed,
    ...(!passed && { undecided: true }),
    message: passed
      ? 'champion takes the features that the holdout has'
      : `champion takes the features ${quoted(champion)}, but the holdout has ${quoted(holdout)}: its scores cannot be compared`,
    numbers,
  };
}

function quoted(names: readonly string[]): string {
  const some = names.slice(0, 10).map((name) => `'${name}'`);
  return `${some.join(', ')}${names.length > 10 ? ` and ${names.length - 10} more` : ''}`;
}
