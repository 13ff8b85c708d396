import fc from 'fast-check';
import { AnswerReader } from '../../../../lambda/domain/traffic/answer-reader';
import { type CapturedRequest, isSmokeTest, parseRecord } from '../../../../lambda/domain/traffic/capture';
import { requestId } from '../../../../lambda/domain/traffic/ground-truth';
import { captureLine } from '../../capture-arbitraries';

test('answers are read in place as their records are read one by one, of the requests that are wanted', () => {
  fc.assert(
    fc.property(fc.array(captureLine, { maxLength: 30 }), fc.boolean(), (lines, wantsAll) => {
      const isWanted = (id: string) => wantsAll || !id.endsWith('7');
      const reader = new AnswerReader(isWanted);
      const read = lines.map((line) => {
        const bytes = Buffer.from(`\n${line}\n`);
        return reader.read(bytes, 1, bytes.length - 1);
      });
      expect(read).toEqual(lines.map((line) => answerIn(Buffer.from(line).toString(), isWanted)));
    }),
    { numRuns: 400 },
  );
});

function answerIn(line: string, isWanted: (id: string) => boolean) {
  let request: CapturedRequest;
  try {
    request = parseRecord(line);
  } catch {
    return undefined;
  }
  const { eventId: _, inferenceId: __, ...answer } = request;
  const id = requestId(request);
  return isSmokeTest(request) || !request.predictions?.length || !isWanted(id)
    ? undefined
    : { ...answer, id };
}
