import * as z from 'zod/mini';
import { checkDocument } from '../../lambda/domain/records/document';
import type { InstancePrices } from '../../lib/cost/price-table';
import { CliError } from '../cli/cli-error';

/**
 * The part of a price list that says what instances of endpoints cost.
 *
 * @see https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/reading-service-price-list-file-for-services.html
 */
const priceList = z.object({
  publicationDate: z.string(),
  products: z.record(
    z.string(),
    z.object({
      attributes: z.object({
        component: z.optional(z.string()),
        instanceName: z.optional(z.string()),
        regionCode: z.optional(z.string()),
      }),
    }),
  ),
  terms: z.object({
    OnDemand: z.record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          priceDimensions: z.record(
            z.string(),
            z.object({ unit: z.string(), pricePerUnit: z.object({ USD: z.optional(z.string()) }) }),
          ),
        }),
      ),
    ),
  }),
});

/**
 * Prices of hosting, on demand, by instance type.
 *
 * @param name of the list, for errors
 * @throws CliError if the list has none, or those of several regions
 */
export function instancePrices(list: unknown, name: string): InstancePrices {
  const { publicationDate, products, terms } = checkDocument(priceList, list, `price list ${name}`);
  const regions = new Set<string>();
  const found: [string, number][] = [];
  for (const [sku, { attributes }] of Object.entries(products)) {
    const { component, instanceName, regionCode } = attributes;
    if (component !== 'Hosting' || !instanceName?.startsWith('ml.') || regionCode === undefined) continue;
    const [term] = Object.values(terms.OnDemand[sku] ?? {});
    const [price] = Object.values(term?.priceDimensions ?? {});
    if (price?.pricePerUnit.USD === undefined || !/^h(ou)?rs?$/i.test(price.unit)) continue;
    regions.add(regionCode);
    found.push([instanceName, Number(price.pricePerUnit.USD)]);
  }
  const [region, ...others] = regions;
  if (region === undefined)
    throw new CliError(`${name} has no prices of instances of SageMaker endpoints in US dollars`);
  if (others.length > 0) {
    throw new CliError(
      `${name} has prices of ${[...regions].sort().join(', ')}: take the list of one region`,
    );
  }
  const instanceHours = Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    region,
    date: publicationDate.slice(0, 10),
    source: 'AWS Price List, Hosting, on demand',
    instanceHours,
  };
}
