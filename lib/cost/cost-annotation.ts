import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { InstanceNeed } from '../delivery/instance-needs';
import { estimateCost, HOURS_A_MONTH } from './instance-cost';
import { type InstancePrices, PriceTable } from './price-table';

export interface CostAnnotationProps {
  readonly needs: readonly InstanceNeed[];
  /** @default PriceTable.builtIn() */
  readonly prices?: PriceTable;
}

/** Says at synthesis what the instances of a pipeline cost, as far as their prices are known. */
export function annotateCost(scope: Construct, { needs, prices }: CostAnnotationProps): void {
  const { region } = Stack.of(scope);
  if (needs.length === 0 || Token.isUnresolved(region)) return;
  const ofRegion = (prices ?? PriceTable.builtIn())._of(region);
  if (ofRegion) {
    Annotations.of(scope).addInfoV2('cdk-model-pipeline:cost', costText(needs, ofRegion));
  } else if (prices) {
    const text = `cost.prices are of another region than ${region}, so there is no estimate of costs`;
    Annotations.of(scope).addWarningV2('cdk-model-pipeline:costPrices', text);
  }
}

function costText(needs: readonly InstanceNeed[], prices: InstancePrices): string {
  const { hostingPerMonth, trainingPerHour, scoringPerHour, unknown } = estimateCost(needs, prices);
  const hostingPerHour = hostingPerMonth / HOURS_A_MONTH;
  const parts = [
    hostingPerMonth > 0 &&
      `${dollars(hostingPerMonth)} a month for hosting, and ${dollars(hostingPerHour)} more for each hour of a release`,
    trainingPerHour > 0 && `${dollars(trainingPerHour)} for each hour of a training`,
    scoringPerHour > 0 && `${dollars(scoringPerHour)} for each hour of scoring`,
    unknown.length > 0 && `no price of ${unknown.join(', ')}`,
  ].filter(Boolean);
  return `estimated cost of instances in ${prices.region}: ${parts.join('; ')} (prices of ${prices.date}; model-pipeline cost shows what it is)`;
}

function dollars(amount: number): string {
  return `${amount.toFixed(2)} USD`;
}
