import type { LookRun, ReleaseReport } from '../../release/release-report';

/** A step of a release that came about, or its bake. */
export interface Stage {
  readonly since: Date;
  readonly until: Date;
  /** The challenger's share of the traffic, from 0 to 1. */
  readonly trafficShare: number;
  readonly baking: boolean;
  readonly looks: number;
  /** Of its latest evaluation. */
  readonly verdict: LookRun['verdict'];
}

/** The steps of a release: one begins when the evaluation that ended the one before was taken. */
export function stagesOf({ looks, trafficSince }: Pick<ReleaseReport, 'looks' | 'trafficSince'>): Stage[] {
  const stages: Stage[] = [];
  let lastRun: LookRun | undefined;
  for (const run of looks) {
    const stage = stages.at(-1);
    const { trafficShare, baking, verdict } = run;
    if (stage && lastRun?.step === run.step && lastRun.baking === baking) {
      stages[stages.length - 1] = {
        ...stage,
        until: new Date(run.until),
        looks: stage.looks + run.looks,
        verdict,
      };
    } else {
      const since = stage?.until ?? new Date(trafficSince ?? run.since);
      stages.push({ since, until: new Date(run.until), trafficShare, baking, looks: run.looks, verdict });
    }
    lastRun = run;
  }
  return stages;
}

/**
 * When a release that was rolled back lost its traffic: by the verdict of its latest evaluation; or else, if
 * an alarm or a person ended it, after the last requests to the challenger, as far as those are known.
 */
export function rolledBackAt(report: ReleaseReport): Date {
  const last = report.looks.at(-1);
  if (last && ['rollback', 'inconclusive'].includes(last.verdict)) return new Date(last.until);
  const point = report.traffic.findLast(({ challenger }) => challenger.requests > 0);
  if (!point) return new Date(report.endedAt);
  const served = Date.parse(point.time) + point.minutes * MINUTE;
  return new Date(Math.max(served, Date.parse(last?.until ?? point.time)));
}

const MINUTE = 60_000;
