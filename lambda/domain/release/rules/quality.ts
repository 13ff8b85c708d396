import { comparedMinutes, type ReleaseLabels } from '../release-quality';
import { alphaOf } from './alpha-shares';
import { type CanaryRule, compareWrong, inWords, shareOf, totals } from './rule';

/**
 * How often the answers turned out to be wrong, as far as labels have arrived. That there are none blocks
 * nothing. Answers are compared with those of the same minute: while the challenger has all traffic there are
 * none, and labels of earlier ones had more time to arrive.
 */
export const quality: CanaryRule = ({ labels }, policy) => {
  const rule = 'quality';
  const minutes = labels?.quality ? comparedMinutes(labels.quality) : [];
  if (minutes.length === 0) {
    const message = `quality is not known: no labels have arrived for answers of both in the same minute${inBrackets(labels)}`;
    return { rule, verdict: 'promote', message };
  }
  const limit = labels?.quality?.limit;
  const wrong = limit === undefined ? 'wrong' : `off by more than ${Number(limit.toPrecision(3))}`;
  const { challenger, champion } = totals(minutes);
  const { isWorse, message } = compareWrong(minutes, alphaOf('quality', policy));
  const isTolerated = shareOf(challenger) - shareOf(champion) <= policy.toleratedQualityDrop;
  return {
    rule,
    verdict: isWorse && !isTolerated ? 'rollback' : 'promote',
    message: `challenger was ${wrong} in ${inWords(challenger)} answers with a label, champion in ${inWords(champion)}: ${message}${isWorse && isTolerated ? ', but a drop this small is tolerated' : ''}${inBrackets(labels)}`,
  };
};

function inBrackets(labels: ReleaseLabels | undefined): string {
  return labels?.firstProblem === undefined
    ? ''
    : ` (${labels.unusable} labels could not be used: ${labels.firstProblem})`;
}
