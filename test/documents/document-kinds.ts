import type * as z from 'zod/mini';
import { resourcesSchema } from '../../bin/cli/pipeline';
import { trainedWith } from '../../bin/cli/version-facts';
import { trainedBy } from '../../bin/commands/reproduce';
import { seenPredictions } from '../../lambda/analyse-step/read-predictions';
import { seenLabels } from '../../lambda/analyse-step/read-quality';
import { claimed as claimedEntry } from '../../lambda/aws/ledger-store';
import { seenAnswers as shadowAnswers } from '../../lambda/compare-shadow/read-answers';
import { seenLabels as shadowLabels } from '../../lambda/compare-shadow/read-paired-labels';
import { baselineSchema } from '../../lambda/domain/data/baseline';
import { parseManifest } from '../../lambda/domain/data/dataset';
import { parseSplit } from '../../lambda/domain/data/split-document';
import { validationDocument } from '../../lambda/domain/data/validation-document';
import { parseEvaluation } from '../../lambda/domain/gate/evaluation';
import { evaluationClaim } from '../../lambda/domain/gate/evaluation-claim';
import { parseEvaluationReport } from '../../lambda/domain/gate/evaluation-report';
import { parseModelSignature } from '../../lambda/domain/model-signature/model-signature';
import { qualityDocument } from '../../lambda/domain/quality/quality-document';
import { approvalSchema } from '../../lambda/domain/records/approval';
import { parseDocument } from '../../lambda/domain/records/document';
import { parseLedgerEntry } from '../../lambda/domain/records/ledger';
import { parseQueue } from '../../lambda/domain/records/retraining-queue';
import { claimant } from '../../lambda/domain/release/claimant';
import { parseModelPlan } from '../../lambda/domain/release/model-plan';
import { pinnedArtifacts } from '../../lambda/domain/release/pinned-artifacts';
import { releaseLook } from '../../lambda/domain/release/release-look';
import { parseReleaseReport } from '../../lambda/domain/release/release-report';
import { parseRouting } from '../../lambda/domain/release/routing';
import { shadowReport } from '../../lambda/domain/release/shadow-report';
import { parseCapture } from '../../lambda/domain/traffic/capture';
import { driftDocument } from '../../lambda/domain/traffic/drift-document';
import { parseGroundTruth } from '../../lambda/domain/traffic/ground-truth';
import { keptAnswers } from '../../lambda/monitor-quality/read-answers';
import { latestSnapshot } from '../../lambda/trigger-retraining/causes';

/** Documents that a later version of the pipeline reads. */
export interface DocumentKind {
  readonly name: string;
  /** Of the keys in the bucket; parameters are below `parameters/`. */
  readonly keys: RegExp;
  /** Each part of the pipeline that reads them. @throws Error if one cannot */
  readonly readers: readonly ((text: string) => unknown)[];
}

export const DOCUMENT_KINDS: readonly DocumentKind[] = [
  kind('routing document', /^parameters\/routing-[a-z-]+\.json$/, parseRouting),
  kind('names of the parts', /^parameters\/resources\.json$/, by(resourcesSchema)),
  kind('ledger entry', /^ledger\/\d+\.json$/, parseLedgerEntry),
  kind('latest snapshot', /^datasets\/latest\.json$/, by(latestSnapshot)),
  kind('manifest', /^datasets\/[^/]+\/manifest$/, parseManifest),
  kind('validation', /^datasets\/[^/]+\/validation\.json$/, by(validationDocument)),
  kind('split', /^datasets\/[^/]+\/split\.json$/, parseSplit),
  kind('claim of an evaluation', /^datasets\/[^/]+\/evaluations\/\d+\.json$/, by(evaluationClaim)),
  kind('plan of a version', /^models\/[^/]+\/plan\.json$/, parseModelPlan),
  kind('artifacts of a version', /^models\/[^/]+\/artifacts\.json$/, by(pinnedArtifacts)),
  kind('baseline', /^models\/[^/]+\/baseline\.json$/, by(baselineSchema)),
  kind('signature of a model', /^models\/[^/]+\/model-signature\.json$/, parseModelSignature),
  kind('evaluation', /^models\/[^/]+\/(evaluations\/[^/]+\/)?evaluation\.json$/, parseEvaluation),
  kind(
    'report of an evaluation',
    /^models\/[^/]+\/(evaluations\/[^/]+\/)?evaluation-report\.json$/,
    parseEvaluationReport,
  ),
  kind('model card', /^models\/[^/]+\/model-card\.json$/, by(trainedWith), by(trainedBy)),
  kind('queue of retrainings', /^retraining\/queue\.json$/, parseQueue),
  kind('approval of a challenger', /^retraining\/[^/]+\/approval\.json$/, by(approvalSchema)),
  kind('release in progress', /^releases\/current\.json$/, by(claimant)),
  kind('approval of a release', /^releases\/[^/]+\/approval\.json$/, by(approvalSchema)),
  kind('evaluation of a step', /^releases\/[^/]+\/looks\/[^/]+\.json$/, by(releaseLook)),
  kind('report of a release', /^releases\/[^/]+\/report\.json$/, parseReleaseReport),
  kind('report of a shadow', /^releases\/[^/]+\/shadow\.json$/, by(shadowReport)),
  kind('answers of a shadow', /^releases\/[^/]+\/shadow-answers\.json$/, by(shadowAnswers)),
  kind('labels of a shadow', /^releases\/[^/]+\/shadow-labels\.json$/, by(shadowLabels)),
  kind('answers of a release', /^releases\/[^/]+\/predictions\.json$/, by(seenPredictions)),
  kind('labels of a release', /^releases\/[^/]+\/labels\.json$/, by(seenLabels)),
  kind('answers of an hour', /^answers\/.+\.json$/, by(keptAnswers)),
  kind('profile of an hour', /^profiles\/.+\/profile\.json$/, by(baselineSchema)),
  kind('drift of an hour', /^profiles\/.+\/drift\.json$/, by(driftDocument)),
  kind('quality of an hour', /^profiles\/.+\/quality\.json$/, by(qualityDocument)),
  kind(
    'notice',
    /^recorded\/.+\/(people|systems)\.json$|^profiles\/.+\/(drift|quality)-alert\.json$/,
    JSON.parse,
  ),
  kind('recorded end', /^recorded\/.+\/[a-z]+\.json$/, by(claimedEntry)),
  kind('captured requests', /^capture\/.+\.jsonl$/, allOf(parseCapture)),
  kind('labels', /^ground-truth\/.+\.jsonl$/, allOf(parseGroundTruth)),
];

/**
 * What no program of the pipeline reads as a document: data, models, pages for people, and rows for Athena.
 */
export const NO_DOCUMENTS =
  /^training-data\/|^training-output\/|^checkpoints\/|\.(csv|out|tar\.gz|html|md)$|^datasets\/[^/]+\/(train|scores|holdout)\/|^profiles\/(drift|quality)-table\/|-rejected\.jsonl$/;

export function kindOf(key: string): DocumentKind | undefined {
  return DOCUMENT_KINDS.find(({ keys }) => keys.test(key));
}

function kind(name: string, keys: RegExp, ...readers: readonly ((text: string) => unknown)[]): DocumentKind {
  return { name, keys, readers };
}

function by(schema: z.ZodMiniType): (text: string) => unknown {
  return (text) => parseDocument(schema, text, 'document');
}

/** A reader of lines that notes those which it cannot read. */
function allOf(
  parse: (text: string) => { readonly unreadable: number; readonly firstProblem?: string },
): (text: string) => unknown {
  return (text) => {
    const read = parse(text);
    if (read.unreadable > 0) throw new Error(read.firstProblem);
    return read;
  };
}
