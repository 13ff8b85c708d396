import type { PriceTable } from './price-table';

/** What a pipeline costs, and may cost. */
export interface CostProps {
  /**
   * Prices of instances, for the estimate at synthesis.
   * @default PriceTable.builtIn()
   */
  readonly prices?: PriceTable;

  /**
   * US dollars that what the pipeline makes may cost in a month: an AWS budget notifies the pipeline's topic
   * when 80 % of it is spent, and when AWS forecasts that it will not suffice. It counts what has the
   * pipeline's tag `model-pipeline`: activate the tag as a cost allocation tag in AWS Billing.
   * @default - no budget
   */
  readonly monthlyBudget?: number;
}
