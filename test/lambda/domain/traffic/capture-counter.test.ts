import fc from 'fast-check';
import { certaintiesOf } from '../../../../lambda/domain/data/certainty';
import {
  baselineProfile,
  type DatasetProfile,
  profileNumbers,
  profileRows,
} from '../../../../lambda/domain/data/profile';
import { type CapturedRequest, isSmokeTest, readRecord } from '../../../../lambda/domain/traffic/capture';
import { CaptureCounter } from '../../../../lambda/domain/traffic/capture-counter';
import type { CaptureProfile, RejectedSample } from '../../../../lambda/domain/traffic/capture-profile';
import { RejectedRecord } from '../../../../lambda/domain/traffic/payload/rejected-record';
import { rowsIn } from '../../../../lambda/domain/traffic/payload/request-rows';
import { captureLine } from '../../capture-arbitraries';

const SINCE = new Date('2026-11-24T09:00:00Z');
const COLUMNS = ['age', 'plan', 'city'];
const BASELINE = baselineProfile(
  [
    { name: 'age', kind: 'numeric', cells: [1, 2, 3, 4] },
    { name: 'plan', kind: 'categorical', cells: ['basic', 'é', 'basic', 'gold'] },
    { name: 'city', kind: 'numeric', cells: [-0.5, 0, 0.5, 1e6] },
  ],
  [0.1, 0.2, 0.3, 0.4],
);
const { prediction: _, ...WITHOUT_PREDICTION } = BASELINE;
const WITH_CERTAINTY = {
  ...BASELINE,
  certainty: {
    confidence: profileNumbers([0.5, 0.7, 0.9], [0.5, 0.7, 0.9]),
    entropy: profileNumbers([0.2, 0.4], [0.2, 0.4]),
  },
};

describe('a file of capture records is counted as its records are read one by one', () => {
  test.each([
    ['with answers in the baseline', BASELINE],
    ['without', WITHOUT_PREDICTION],
    ['with the certainty of several classes', WITH_CERTAINTY],
  ])('%s', (_, baseline) => {
    fc.assert(
      fc.property(fc.array(captureLine, { maxLength: 30 }), (lines) => {
        expect(counted(baseline, lines)).toEqual(readOneByOne(baseline, lines));
      }),
      { numRuns: 150 },
    );
  });
});

test('names that come twice in a record count as JSON reads them, the last ones', () => {
  const twice = (eventId: string) =>
    `{"captureData":{"endpointInput":{"data":"1,basic,0","encoding":"CSV"},"endpointOutput":{"data":"0.1","encoding":"CSV"}},"captureData":{"endpointInput":{"data":"2,gold,0","encoding":"CSV"}},"eventMetadata":{"eventId":"${eventId}","inferenceTime":"2026-11-24T09:30:00Z"}}`;
  const lines = [twice('a'), twice('b'), twice('c')];
  expect(counted(BASELINE, lines)).toEqual(readOneByOne(BASELINE, lines));
  expect(counted(BASELINE, lines).unreadable).toBe(3);
});

function counted(baseline: DatasetProfile, lines: readonly string[]): CaptureProfile {
  const counter = new CaptureCounter({ baseline, columns: COLUMNS, since: SINCE });
  const file = Buffer.from(lines.join('\n'));
  let start = 0;
  for (const line of lines) {
    const end = start + Buffer.byteLength(line);
    counter.add(file, start, end, () => 'a line');
    start = end + 1;
  }
  return counter.profile();
}

function readOneByOne(baseline: DatasetProfile, lines: readonly string[]): CaptureProfile {
  let records = 0;
  const rejected: RejectedSample[] = [];
  const reject = (error: RejectedRecord, record: string) => {
    rejected.push({ place: 'a line', reason: error.rejection, problem: error.message, record });
  };
  const ids = new Set<string>();
  const rows = [];
  for (const line of lines) {
    // The bytes of a file are UTF-8, in which a lone half of a letter is another one.
    const text = Buffer.from(line).toString();
    if (text.trim() === '') continue;
    let request: CapturedRequest;
    try {
      request = readRecord(text, (request) => rowsIn(request, COLUMNS));
    } catch (error) {
      reject(error as RejectedRecord, text);
      records++;
      continue;
    }
    const { eventId, inferenceTime, rows: cells, predictions, probabilities } = request;
    if (isSmokeTest(request) || ids.has(eventId)) continue;
    ids.add(eventId);
    if (Date.parse(inferenceTime) < SINCE.getTime()) continue;
    records++;
    if (!predictions && baseline.prediction) {
      reject(new RejectedRecord('noAnswer', 'a record has a request and no response'), text);
    } else {
      const certainties = probabilities && certaintiesOf(probabilities, probabilities.length / cells.length);
      rows.push(
        ...cells.map((row, index) => ({
          cells: row,
          prediction: predictions?.[index],
          certainty: certainties?.[index],
        })),
      );
    }
  }
  const reasons = rejected.map(({ reason }) => reason);
  return {
    profile: profileRows(baseline, COLUMNS, rows),
    records,
    unreadable: rejected.length,
    rejections: Object.fromEntries(
      reasons.map((one) => [one, reasons.filter((other) => other === one).length]),
    ),
    rejected: rejected.slice(0, 20),
  };
}
