import { Duration } from 'aws-cdk-lib';
import { CustomWidget, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { PipelineFunction } from '../runtime/pipeline-function';

/**
 * Widgets that show what is no metric: versions with their traffic, the latest decisions, and drift of each
 * feature hour by hour. CloudWatch invokes a function with the rights of whoever views the dashboard, who
 * needs `lambda:InvokeFunction`.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export class DashboardWidgets extends Construct {
  /** Versions in production and in a release, with their shares of the traffic. */
  readonly versions: IWidget;
  /** Drift of each feature in each of the last 24 hours. */
  readonly drift: IWidget;

  constructor(scope: Construct, id: string, context: PipelineContext) {
    super(scope, id);
    const handler = new PipelineFunction(this, 'Draw', {
      context,
      asset: 'draw-widget',
      description: 'Draws versions, decisions and drift on the dashboard',
      timeout: Duration.seconds(30),
    })
      .canReadRouting()
      .canRead('ledger/', 'profiles/')
      .canListVersions();
    const widget = (title: string, name: string, height: number) =>
      new CustomWidget({
        title,
        functionArn: handler.functionArn,
        params: { widget: name },
        updateOnResize: false,
        updateOnTimeRangeChange: false,
        width: 24,
        height,
      });
    this.versions = widget('Versions and decisions', 'versions', 5);
    this.drift = widget('Drift of each feature in the last 24 hours', 'drift', 8);
  }
}
