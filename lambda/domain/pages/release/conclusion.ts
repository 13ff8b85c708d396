import type { ReleaseReport } from '../../release/release-report';
import { asDuration, inPercent, inThousands } from '../units';
import { rolledBackAt, stagesOf } from './stages';
import { totalOf } from './traffic-bins';

/** What came of a release, in the two halves of a sentence. */
export interface Conclusion {
  readonly verdict: string;
  readonly because: string;
}

/** What came of a release, and why. */
export function conclusionOf(report: ReleaseReport): Conclusion {
  return report.outcome === 'released' ? released(report) : rolledBack(report);
}

function released(report: ReleaseReport): Conclusion {
  const { challenger, champion } = report;
  if (!champion) {
    return {
      verdict: `Version ${challenger.modelVersion} is in production as the first`,
      because: report.reasons.join('; ') || 'it passed its smoke test',
    };
  }
  const looks = report.looks.reduce((sum, run) => sum + run.looks, 0);
  const { requests } = totalOf(report.traffic, 'challenger');
  const known = report.traffic.length > 0 ? ` of ${counted(requests, 'request')}` : '';
  return {
    verdict: `Version ${challenger.modelVersion} is in production, replacing ${champion.modelVersion}`,
    because:
      looks === 0
        ? 'there was no evidence against it'
        : `${counted(looks, 'evaluation')}${known} found no evidence against it`,
  };
}

function rolledBack(report: ReleaseReport): Conclusion {
  return {
    verdict: `Version ${report.challenger.modelVersion} was rolled back ${whenRolledBack(report)}`,
    because: report.reasons.join('; ') || 'no reason was given',
  };
}

function whenRolledBack(report: ReleaseReport): string {
  if (!report.trafficSince) {
    return report.shadow ? 'in the shadow, before it had traffic' : 'before it had traffic';
  }
  const last = stagesOf(report).at(-1);
  const time = asDuration(rolledBackAt(report).getTime() - Date.parse(report.trafficSince));
  const share = last?.trafficShare ?? report.trafficShares[0];
  if (share === undefined) return `after ${time}`;
  return `at ${share === 1 ? 'full traffic' : `${inPercent(share)} of the traffic`}, after ${time}`;
}

function counted(count: number, noun: string): string {
  return `${inThousands(count)} ${noun}${count === 1 ? '' : 's'}`;
}
