import { readFileSync } from 'node:fs';
import { PRICES } from './price-data';

/** What instances cost in one region. */
export interface InstancePrices {
  readonly region: string;
  /** When the prices held, as `2026-11-30`. */
  readonly date: string;
  /** Where they are from. */
  readonly source: string;
  /**
   * US dollars an hour, by type such as `ml.m5.large`. Hosting, training and batch transform cost the same.
   */
  readonly instanceHours: { readonly [instanceType: string]: number };
}

/** Prices of instances, by which costs are estimated. */
export class PriceTable {
  /** The prices that come with this package: few types, of `us-east-1` and `eu-west-1`. */
  static builtIn(): PriceTable {
    return new PriceTable(PRICES);
  }

  /** Your own prices, such as those of a contract. */
  static of(prices: InstancePrices): PriceTable {
    return new PriceTable([prices]);
  }

  /**
   * Prices of a JSON file with the members of `InstancePrices`, as `model-pipeline prices` writes it from
   * AWS's price list.
   *
   * @throws Error that names what is wrong with the file
   */
  static fromFile(path: string): PriceTable {
    const wrong = (problem: string) =>
      new Error(`prices in ${path}: ${problem}; model-pipeline prices writes such a file`);
    let prices: Partial<InstancePrices>;
    try {
      prices = JSON.parse(readFileSync(path, 'utf8')) as Partial<InstancePrices>;
    } catch (error) {
      throw wrong((error as Error).message);
    }
    const { region, date, source, instanceHours } = prices ?? {};
    for (const [name, text] of Object.entries({ region, date, source })) {
      if (typeof text !== 'string' || text === '') throw wrong(`${name} must be a text`);
    }
    const entries = Object.entries(instanceHours ?? {});
    if (entries.length === 0) throw wrong('instanceHours must have a price of a type at least');
    const [bad] = entries.filter(([, price]) => !(typeof price === 'number' && price >= 0));
    if (bad) throw wrong(`the price of ${bad[0]} must be a number of US dollars an hour, got ${bad[1]}`);
    return new PriceTable([prices as InstancePrices]);
  }

  private constructor(private readonly regions: readonly InstancePrices[]) {}

  /**
   * The prices of a region; undefined if there are none.
   *
   * @internal
   */
  public _of(region: string): InstancePrices | undefined {
    return this.regions.find((each) => each.region === region);
  }
}
