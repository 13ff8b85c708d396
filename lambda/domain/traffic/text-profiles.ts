import type { FeatureProfile, NumericProfile } from '../data/profile';
import { TEXT_MEASURES } from '../data/text-profile';

/** Profiles of what the texts of a column are like, by the names of reports; none if it has no texts. */
export function textProfiles(column: string, profile: FeatureProfile): [string, NumericProfile][] {
  const { text } = profile.kind === 'categorical' ? profile : {};
  return text ? TEXT_MEASURES.map((measure) => [`${column}.${measure}`, text[measure]]) : [];
}
