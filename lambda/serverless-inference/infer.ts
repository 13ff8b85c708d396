import { type HttpAnswer, HttpFault, jsonAnswer, problemAnswer } from '../domain/http/http-fault';
import { httpRequestIn, jsonBodyOf } from '../domain/http/http-request';
import { outOfRange, outOfRangeHeaders } from '../domain/model-signature/out-of-range';
import { type AnswerProps, answerByRoute } from '../inference/answer-by-route';
import { candidateOf, chooseRoute } from '../inference/choose-route';
import type { ModelAnswer } from '../inference/model-answer';
import type { Question } from '../inference/question';
import { questionOf, questionOfBody } from '../inference/read-question';
import type { RouteSource } from '../inference/route-source';
import { InvalidRowsError } from '../inference/rows';
import type { RequestCopier } from './request-copier';

export interface InferProps extends AnswerProps {
  readonly routing: RouteSource;
  /** Undefined if requests are not copied to shadows. */
  readonly copier?: RequestCopier;
  /** The function's version that is asked. */
  readonly functionVersion: string | undefined;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly now: () => Date;
}

/** The answer to rows: one prediction each, and the version that gave them. */
export interface Inference extends ModelAnswer {
  readonly modelVersion: string;
  readonly variant: string;
}

/**
 * Answers an event with the version in production, or with the one that is being released: an HTTP request by
 * an HTTP answer, anything else directly.
 *
 * @param eventId identifies the request
 * @throws InvalidRowsError if rows do not fit the model, unless they came by HTTP: a problem of status 4xx
 * answers what a caller did wrong
 */
export async function infer(
  event: unknown,
  eventId: string,
  props: InferProps,
): Promise<Inference | HttpAnswer> {
  const request = httpRequestIn(event);
  if (!request) return answer(questionOf(event), eventId, props);
  try {
    const question = questionOfBody(jsonBodyOf(request));
    const inference = await answer(question, eventId, props);
    const { signature } = await props.models.get(inference.modelVersion);
    const warnings = signature ? outOfRangeHeaders(outOfRange(signature, question.rows)) : {};
    return jsonAnswer(inference, warnings);
  } catch (error) {
    if (error instanceof HttpFault) return problemAnswer(error);
    if (!(error instanceof InvalidRowsError)) throw error;
    return problemAnswer(new HttpFault(400, error.message, { field: error.field }));
  }
}

async function answer(question: Question, eventId: string, props: InferProps): Promise<Inference> {
  if (question.releaseId !== undefined) return answerOfCandidate(question, question.releaseId, props);
  const { routing, models, copier, functionVersion, now, random } = props;
  const time = now();
  const live = await routing.current();
  const { production, candidate, shadow } = live;
  const route = chooseRoute(live, { inferenceId: question.inferenceId, functionVersion, random });
  // Both at once, and the candidate before it has traffic: its first requests need not wait for it.
  models.keep([production, candidate].flatMap((each) => each?.modelVersion ?? []));
  const copied = shadow && candidate && copier?.copy(question, candidate.releaseId, eventId, time);
  try {
    const answer = await answerByRoute(route, { question, eventId, time }, live, props);
    return { modelVersion: route.modelVersion, variant: route.variant, ...answer };
  } finally {
    // An instance may be frozen once it has answered.
    if (copied) await copied;
  }
}

/** For the smoke test of a release: no traffic, and so neither counted nor recorded. */
async function answerOfCandidate(
  { rows }: Question,
  releaseId: string,
  { routing, models }: InferProps,
): Promise<Inference> {
  // This instance may know the document from before the release.
  const { modelVersion, variant } = candidateOf(await routing.readAgain(), releaseId);
  const model = await models.get(modelVersion);
  return { modelVersion, variant, ...(await model.predict(rows)).answer };
}
