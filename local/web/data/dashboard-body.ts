import type { Dimension, MetricDataQuery } from '@aws-sdk/client-cloudwatch';

/** What stands in the JSON of a CloudWatch dashboard, as far as it is drawn. */
export interface DashboardBody {
  /** Moment, or length of time before now as `-PT3H`. */
  readonly start?: string;
  readonly end?: string;
  readonly widgets?: readonly Widget[];
}

export interface Widget {
  readonly type: string;
  readonly x?: number;
  readonly y?: number;
  readonly width?: number;
  readonly height?: number;
  readonly properties?: WidgetProperties;
}

export interface WidgetProperties {
  readonly title?: string;
  readonly markdown?: string;
  readonly background?: string;
  readonly alarms?: readonly string[];
  /** Rows of namespace, name, dimensions and options, or of an expression. */
  readonly metrics?: readonly (readonly unknown[])[];
  readonly view?: string;
  readonly stat?: string;
  readonly period?: number;
  readonly annotations?: {
    readonly horizontal?: readonly {
      readonly value?: number;
      readonly label?: string;
      readonly color?: string;
    }[];
  };
  /** ARN of the function that draws a custom widget, and what it is given. */
  readonly endpoint?: string;
  readonly params?: object;
  readonly yAxis?: { readonly left?: { readonly min?: number; readonly max?: number } };
}

/** A metric or expression of a widget: what to ask for, and how to draw it. */
export interface WidgetMetric {
  readonly query: MetricDataQuery;
  readonly colour?: string;
}

interface MetricOptions {
  readonly id?: string;
  readonly expression?: string;
  readonly label?: string;
  readonly stat?: string;
  /** Seconds. */
  readonly period?: number;
  readonly color?: string;
  readonly visible?: boolean;
}

const DEFAULT_PERIOD = 300;
const DEFAULT_START = '-PT3H';

/** Seconds between points of a widget's metrics, where they do not say themselves. */
export function widgetPeriod({ period = DEFAULT_PERIOD }: WidgetProperties): number {
  return period;
}

/** The rows of a metric widget as queries; `.` and `...` repeat what stands in the row before. */
export function widgetMetrics(properties: WidgetProperties): WidgetMetric[] {
  let previous: string[] = [];
  return (properties.metrics ?? []).map((row, index) => {
    const last = row.at(-1);
    const options = (typeof last === 'object' && last !== null ? last : {}) as MetricOptions;
    const names = filledIn(
      row.filter((part) => typeof part === 'string'),
      previous,
    );
    if (options.expression === undefined) previous = names;
    const Period = options.period ?? widgetPeriod(properties);
    const query = {
      Id: options.id ?? `row${index}`,
      Label: options.label,
      ReturnData: options.visible ?? true,
      ...(options.expression === undefined
        ? {
            MetricStat: {
              Metric: metricOf(names),
              Period,
              Stat: options.stat ?? properties.stat ?? 'Average',
            },
          }
        : { Expression: options.expression, Period }),
    };
    return { query: { ...query, Label: query.Label ?? labelOf(query) }, colour: options.color };
  });
}

/** The span of time that a dashboard opens with. */
export function dashboardRange({ start = DEFAULT_START, end }: DashboardBody, now: Date) {
  const last = end === undefined ? now : new Date(end);
  const [, days = 0, hours = 0, minutes = 0] =
    /^-P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(start) ?? [];
  const minutesBack = (Number(days) * 24 + Number(hours)) * 60 + Number(minutes);
  const first = start.startsWith('-P') ? new Date(now.getTime() - minutesBack * 60_000) : new Date(start);
  return { start: first, end: last };
}

function filledIn(row: readonly string[], previous: readonly string[]): string[] {
  const rest = row.indexOf('...');
  const whole =
    rest < 0
      ? row
      : [
          ...row.slice(0, rest),
          ...previous.slice(rest, previous.length - (row.length - rest - 1)),
          ...row.slice(rest + 1),
        ];
  return whole.map((part, index) => (part === '.' ? (previous[index] ?? part) : part));
}

function metricOf([Namespace, MetricName, ...dimensions]: readonly string[]) {
  const Dimensions: Dimension[] = [];
  for (let index = 0; index + 1 < dimensions.length; index += 2)
    Dimensions.push({ Name: dimensions[index], Value: dimensions[index + 1] });
  return { Namespace, MetricName, Dimensions };
}

function labelOf({ Expression, MetricStat }: Omit<MetricDataQuery, 'Id'>): string | undefined {
  return Expression ?? MetricStat?.Metric?.MetricName;
}
