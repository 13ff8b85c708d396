import { aloneWrong, labelledRows, type ShadowQuality } from '../shadow-quality';
import { alphaOf } from './alpha-shares';
import { type CanaryPolicy, type CanaryReason, compareWrong, inWords } from './rule';

/** What labels say of answers to the same requests. */
export interface PairedLabels {
  /** Undefined if no label belongs to an answer of both. */
  readonly quality?: ShadowQuality;
  readonly unusable: number;
  readonly firstProblem?: string;
}

/**
 * How often one version alone was wrong, of the rows that both answered. Where they are wrong alike says
 * nothing: of the other rows, with equal versions, each is as likely the challenger's as the champion's, as
 * in Q. McNemar's test (Psychometrika 12 (1947), p. 153). That is evidence of two rates among as many
 * requests each, minute by minute, which may be evaluated again and again. A request counts once, by the
 * share of its rows.
 */
export function pairedQuality(labels: PairedLabels | undefined, policy: CanaryPolicy): CanaryReason {
  const rule = 'quality';
  const { quality } = labels ?? {};
  const problem =
    labels?.firstProblem === undefined
      ? ''
      : ` (${labels.unusable} labels could not be used: ${labels.firstProblem})`;
  const rows = quality ? labelledRows(quality) : 0;
  if (!quality || rows === 0) {
    const message = `quality is not known: no labels have arrived for requests that both answered${problem}`;
    return { rule, verdict: 'promote', message };
  }
  const { challengerOnly, championOnly, both, limit } = quality;
  const { isWorse, message } = compareWrong(aloneWrong(quality), alphaOf('quality', policy));
  const isTolerated = (challengerOnly - championOnly) / rows <= policy.toleratedQualityDrop;
  const wrong = limit === undefined ? 'wrong' : `off by more than ${Number(limit.toPrecision(3))}`;
  return {
    rule,
    verdict: isWorse && !isTolerated ? 'rollback' : 'promote',
    message: `of the same answers with a label, challenger was ${wrong} in ${inWords({ events: challengerOnly + both, requests: rows })}, champion in ${championOnly + both}; alone in ${challengerOnly} and ${championOnly}: ${message}${isWorse && isTolerated ? ', but a drop this small is tolerated' : ''}${problem}`,
  };
}
