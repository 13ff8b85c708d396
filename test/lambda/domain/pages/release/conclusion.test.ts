import { conclusionOf } from '../../../../../lambda/domain/pages/release/conclusion';
import { stagesOf } from '../../../../../lambda/domain/pages/release/stages';
import { foldLooks } from '../../../../../lambda/domain/release/look-runs';
import type { TrafficPoint } from '../../../../../lambda/domain/release/release-report';
import { atMinute, firstRelease, look, released, rolledBack, trafficOf } from './report-fixture';

const withoutChallenger = (point: TrafficPoint): TrafficPoint => ({
  ...point,
  challenger: { requests: 0, errors: 0 },
});

describe('foldLooks', () => {
  test('joins looks in a row with the same verdict in the same step, and keeps the reasons of the last', () => {
    const runs = foldLooks([
      look(1),
      look(2),
      look(3, { verdict: 'promote' }),
      look(4, { step: 1, trafficShare: 0.5 }),
      look(5, { step: 1, trafficShare: 0.5 }),
      look(6, { step: 1, trafficShare: 1, baking: true }),
    ]);
    expect(runs.map(({ since, until, looks }) => [since, until, looks])).toEqual([
      [atMinute(1), atMinute(2), 2],
      [atMinute(3), atMinute(3), 1],
      [atMinute(4), atMinute(5), 2],
      [atMinute(6), atMinute(6), 1],
    ]);
    expect(runs[0]?.reasons[1]?.message).toBe('it has lasted 2 minutes');
  });
});

describe('stagesOf', () => {
  test('begins a step when the look that ended the one before was taken', () => {
    const stages = stagesOf(released()).map(({ since, until, trafficShare, baking, looks, verdict }) => [
      since.toISOString(),
      until.toISOString(),
      trafficShare,
      baking,
      looks,
      verdict,
    ]);
    expect(stages).toEqual([
      [atMinute(0), atMinute(2), 0.1, false, 2, 'promote'],
      [atMinute(2), atMinute(5), 0.5, false, 3, 'promote'],
      [atMinute(5), atMinute(10), 1, true, 2, 'promote'],
    ]);
  });
});

describe('conclusionOf', () => {
  test('a release says what it replaced, and how much was looked at', () => {
    expect(conclusionOf(released())).toEqual({
      verdict: 'Version 1.1.0 is in production, replacing 1.0.0',
      because: '7 evaluations of 1,000 requests found no evidence against it',
    });
  });

  test('the first release has no rival', () => {
    expect(conclusionOf(firstRelease())).toEqual({
      verdict: 'Version 1.1.0 is in production as the first',
      because: 'all 8 samples were answered',
    });
  });

  test('a rollback says where and when: until the verdict, not until the endpoint was as before', () => {
    expect(conclusionOf(rolledBack())).toEqual({
      verdict: 'Version 1.1.0 was rolled back at 10 % of the traffic, after 10 minutes',
      because: 'challenger failed 30 of 1000 (3 %) requests',
    });
  });

  test.each([
    ['after the last requests to the challenger', trafficOf(8), 8],
    ['when the release ended, if it had none', trafficOf(8).map(withoutChallenger), 14],
    ['when the release ended, if its requests are not known', [], 14],
  ])('a rollback that no look asked for was %s', (_title, traffic, minutes) => {
    const { verdict } = conclusionOf(rolledBack({ traffic, looks: foldLooks([look(1), look(2)]) }));
    expect(verdict).toBe(`Version 1.1.0 was rolled back at 10 % of the traffic, after ${minutes} minutes`);
  });

  test('a rollback before any traffic says so', () => {
    expect(conclusionOf(rolledBack({ trafficSince: null, traffic: [], looks: [] })).verdict).toBe(
      'Version 1.1.0 was rolled back before it had traffic',
    );
  });

  test('a rollback at full traffic says so', () => {
    const looks = foldLooks([look(3, { trafficShare: 1, baking: true, verdict: 'rollback' })]);
    expect(conclusionOf(rolledBack({ looks })).verdict).toBe(
      'Version 1.1.0 was rolled back at full traffic, after 3 minutes',
    );
  });
});
