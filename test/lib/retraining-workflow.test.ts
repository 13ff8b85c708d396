import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, type ModelPipelineProps, ReleaseStrategy, UndecidedAction } from '../../lib';
import { brokenTransitions, type Definition, definitionOf, unguardedTasks } from './state-machine-definition';

const definitions = new Map<UndecidedAction | undefined, Definition>();

/** Synthesized once for each action, since no test changes it. */
function retraining(ifUndecided?: UndecidedAction): Definition {
  const known = definitions.get(ifUndecided);
  const definition = known ?? definitionOf(synthesize({ promotion: { ifUndecided } }), 'Retrains ');
  definitions.set(ifUndecided, definition);
  return definition;
}

function synthesize(props: Partial<ModelPipelineProps>): Template {
  const stack = new Stack(new App(), 'Test');
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'churn',
    training: { source: 'examples/flights/source' },
    data: { label: 'churned' },
    ...props,
  });
  return Template.fromStack(stack);
}

/** Where a choice leads, in its order. */
function choices({ States }: Definition, state: string): string[] {
  const { Choices = [], Default = '' } = States[state] ?? {};
  return [...Choices.map(({ Next }) => Next), Default];
}

describe('the retraining workflow', () => {
  test.each([undefined, UndecidedAction.ASK_PERSON])(
    'has no state that leads nowhere (%s)',
    (ifUndecided) => {
      expect(brokenTransitions(retraining(ifUndecided))).toEqual([]);
    },
  );

  test('passes no names of columns, of which there may be more than the payload of a state holds', () => {
    const { States } = retraining(UndecidedAction.ASK_PERSON);
    expect(JSON.stringify(States)).not.toMatch(/columns|categories|features(?!\.csv)/);
  });

  test('has time for the longest release that it may wait for, and then for its own', () => {
    const template = synthesize({
      releaseStrategy: ReleaseStrategy.shadow({
        duration: Duration.days(10),
        followedBy: ReleaseStrategy.allAtOnce({ bakeTime: Duration.days(7) }),
      }),
    });
    const [own, release] = ['Retrains ', 'Releases '].map(
      (comment) => definitionOf(template, comment).TimeoutSeconds,
    ) as [number, number];
    expect(release).toBeGreaterThan(2 * 28 * 86_400);
    // A release has its time twice, since it may wait for another one, too.
    expect(own).toBeGreaterThan(release + 86_400);
  });

  test('records every failure; only what removes and records may fail by itself', () => {
    expect(unguardedTasks(retraining(UndecidedAction.ASK_PERSON))).toEqual([
      'RecordRejection',
      'RecordPersonsRejection',
      'RecordExpiry',
      'RecordFailure',
      'RecordBadData',
    ]);
  });

  test.each(['Challenger', 'Champion'])(
    'deletes the model that scores for the %s also if it seems not to have been created, for each answer may be lost',
    (who) => {
      const definition = retraining();
      expect(choices(definition, `Create${who}ModelRefused`).at(-1)).toMatch(`Discard${who}Model`);
      expect(definition.States[`Discard${who}Model`]?.Next).toBe(
        who === 'Challenger' ? 'RecordFailure' : 'ChampionNotScored',
      );
    },
  );

  test('looks at the champion once more before it releases what the gate, or a person, has approved', () => {
    const asking = retraining(UndecidedAction.ASK_PERSON);
    expect(choices(asking, 'BeatsProduction')).toEqual(['FindChampion', 'AskForApproval', 'RecordRejection']);
    expect(asking.States.ApproveVersion?.Next).toBe('FindChampion');
    const leadToRelease = Object.keys(asking.States).filter((name) =>
      choices(asking, name).includes('Release'),
    );
    expect(leadToRelease).toEqual(['IsChampionScored']);
    expect(Object.values(asking.States).filter(({ Next }) => Next === 'Release')).toEqual([]);
  });

  test('waits for a release that was first, as often as five times, and looks at the champion that comes of it', () => {
    const definition = retraining();
    expect(choices(definition, 'ReleaseEndedEarly')).toEqual([
      'ReleaseStopped',
      'OtherReleaseWasFirst',
      'ReleaseFailed',
      'RecordFailure',
    ]);
    expect(definition.States.ReleaseEndedEarly?.Choices?.[1]?.Condition).toMatch(
      /Error = 'ReleaseInProgress' and \$refusedReleases < 5/,
    );
    // It has an entry in the ledger of its own.
    expect(definition.States.ReleaseFailed).toMatchObject({
      Type: 'Succeed',
      Output: { outcome: 'release-failed' },
    });
    expect(definition.States.OtherReleaseWasFirst?.Next).toBe('WaitForOtherRelease');
    expect(definition.States.WaitForOtherRelease).toMatchObject({ Seconds: 900, Next: 'FindChampion' });
    expect(choices(definition, 'IsChampionScored').slice(0, 3)).toEqual([
      'WaitForOtherRelease',
      'Release',
      'Promoted',
    ]);
  });
});
