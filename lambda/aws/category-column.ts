import { type Cell, isMissingCategory } from '../domain/data/cell';
import { type CategoricalProfile, profileFrequencies } from '../domain/data/profile';

/** A column of categories, of which only their frequencies are kept. */
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
    return profileFrequencies(this.frequency, this.missing);
  }
}
