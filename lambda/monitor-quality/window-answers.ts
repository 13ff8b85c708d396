import type { Answer } from '../domain/quality/label-join';
import type { Hour } from '../domain/records/hour';
import { IdSample } from '../domain/statistics/id-sample';
import { type AnswersProps, readAnswers } from './read-answers';

/** Requests of a window that are kept in memory, 200 MB at most: beyond that a share of them is. */
const CAPACITY = 500_000;

/** What a model answered in the hours of a window: of each hour the same share of its requests. */
export async function windowAnswers(
  props: AnswersProps,
  hours: readonly Hour[],
  capacity = CAPACITY,
): Promise<IdSample<Answer>> {
  const sample = new IdSample<Answer>(capacity);
  const texts = new Map<string, string>();
  for (const hour of hours) {
    const { halvings, answers } = await readAnswers(props, hour);
    sample.halveTo(halvings);
    for (const [id, answer] of answers) sample.add(id, withSharedTexts(answer, texts));
  }
  return sample;
}

/** Of the values of columns, which are few, each text is in memory once. */
function withSharedTexts(answer: Answer, texts: Map<string, string>): Answer {
  if (!answer.values || texts.size > MOST_TEXTS) return answer;
  const shared = (text: string) => {
    const known = texts.get(text) ?? text;
    texts.set(known, known);
    return known;
  };
  return { ...answer, values: answer.values.map((row) => row.map(shared)) };
}

const MOST_TEXTS = 10_000;
