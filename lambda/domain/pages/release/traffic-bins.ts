import type { TrafficPoint, VersionTraffic } from '../../release/release-report';

/** More would not be told apart in a chart. */
const MOST_POINTS = 300;
/** Widths that divide a day, so that bins begin at round times. */
const WIDTHS = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440];

/** Minutes that a bin of a release needs, lest it has more than 300. */
export function binWidth(minutes: number): number {
  return WIDTHS.find((width) => minutes / width <= MOST_POINTS - 1) ?? 1440;
}

/**
 * Joins counts of neighbouring points until at most `most` are left; the percentiles are left out, since
 * those of a whole do not follow from those of its parts.
 */
export function joinCounts(traffic: readonly TrafficPoint[], most: number): TrafficPoint[] {
  const size = Math.ceil(traffic.length / most);
  if (size <= 1) return [...traffic];
  return Array.from({ length: Math.ceil(traffic.length / size) }, (_, index) => {
    const points = traffic.slice(index * size, (index + 1) * size);
    return {
      time: (points[0] as TrafficPoint).time,
      minutes: points.reduce((sum, { minutes }) => sum + minutes, 0),
      champion: totalOf(points, 'champion'),
      challenger: totalOf(points, 'challenger'),
    };
  });
}

/** Requests and errors of one version in all points. */
export function totalOf(
  traffic: readonly TrafficPoint[],
  role: 'champion' | 'challenger',
): Pick<VersionTraffic, 'requests' | 'errors'> {
  return {
    requests: traffic.reduce((sum, point) => sum + point[role].requests, 0),
    errors: traffic.reduce((sum, point) => sum + point[role].errors, 0),
  };
}
