import { hash64 } from '../statistics/hash64';
import type { CategoricalProfile } from './profile';

/** Counts of categories that are not listed, in bounded memory. */
export class OtherCategories {
  private readonly buckets = new Map<number, number>();
  private cells = 0;

  add(category: string, count: number): void {
    const bucket = categoryBucket(category);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + count);
    this.cells += count;
  }

  counts(): Pick<CategoricalProfile, 'other' | 'otherBuckets'> {
    if (this.cells === 0) return { other: 0 };
    return { other: this.cells, otherBuckets: Object.fromEntries(this.buckets) };
  }
}

/** Bucket of a category by its hash: the same in every window, whatever else is in it. */
export function categoryBucket(category: string): number {
  return hash64(category)[0] % CATEGORY_BUCKETS;
}

/**
 * A power of two. With 50,000 categories three share a bucket, and a profile holds at most so many counts.
 */
const CATEGORY_BUCKETS = 16_384;
