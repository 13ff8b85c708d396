/**
 * Styles stand in attributes: CloudWatch draws what a custom widget's function returns in its own page, light
 * or dark.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export const TABLE = 'border-collapse:collapse;font-variant-numeric:tabular-nums';
export const HEAD = 'text-align:left;font-weight:500;padding:2px 14px 4px 0;opacity:.7;white-space:nowrap';
export const CELL = 'padding:3px 14px 3px 0;vertical-align:top';
