import { type Cell, isMissingCategory } from '../domain/data/cell';
import { type CategoricalProfile, profileFrequencies } from '../domain/data/profile';
import { areTexts, profileTexts } from '../domain/data/text-profile';

/** A column of categories or texts, of which only their frequencies are kept. */
export class CategoryColumn {
  private readonly frequency = new Map<string, number>();
  private missing = 0;

  add(cell: Cell | undefined): void {
    if (isMissingCategory(cell)) {
      this.missing++;
      return;
    }
    const category = String(cell);
    this.frequency.set(category, (this.frequency.get(category) ?? 0) + 1);
  }

  profile(): CategoricalProfile {
    const { frequency, missing } = this;
    if (!areTexts(frequency)) return profileFrequencies(frequency, missing);
    const other = [...frequency.values()].reduce((sum, count) => sum + count, 0);
    return {
      kind: 'categorical',
      categories: [],
      counts: [],
      other,
      missing,
      text: profileTexts(frequency),
    };
  }
}
