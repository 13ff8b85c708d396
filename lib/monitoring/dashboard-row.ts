import { Stack } from 'aws-cdk-lib';
import { GraphWidget, type IMetric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { IModelPipeline } from '../model-pipeline-base';

/** A graph of a row. */
export interface RowGraph {
  readonly title: string;
  readonly left: readonly IMetric[];
  /** @default - none */
  readonly right?: readonly IMetric[];
}

/**
 * Adds a row of three graphs to the dashboard of a pipeline, below a title. That of another stack stays as it
 * is: the stack would need this one, which needs it.
 */
export function addDashboardRow(
  scope: Construct,
  { dashboard }: IModelPipeline,
  heading: string,
  graphs: readonly [RowGraph, RowGraph, RowGraph],
): void {
  if (!dashboard || Stack.of(dashboard) !== Stack.of(scope)) return;
  dashboard.addWidgets(new TextWidget({ markdown: `## ${heading}`, width: 24, height: 1 }));
  dashboard.addWidgets(
    ...graphs.map(
      ({ title, left, right = [] }) =>
        new GraphWidget({ title, left: [...left], right: [...right], leftYAxis: { min: 0 }, width: 8 }),
    ),
  );
}
