import { call, choose, jsonata, pass, type States, wait } from '../runtime/states';
import type { InPlaceSchedule } from './release-schedule';
import { ending, type ReleaseStatesProps, replacement, smokeTest } from './release-states';
import { assignRelease, RELEASE } from './release-variables';

export interface InPlaceStatesProps extends ReleaseStatesProps {
  readonly inPlace: InPlaceSchedule;
  /** Names of alarms that roll back. */
  readonly alarmNames: readonly string[];
}

/**
 * The states of a release in place: one update of the endpoint, in which SageMaker moves all traffic at once.
 * The challenger has the champion's place before it can be invoked, so that the smoke test follows the
 * update. Then it bakes: an alarm that goes off stops the execution (`ReleaseWatchdog`), and one that is in
 * ALARM at the end counts, too.
 */
export function inPlaceStates(props: InPlaceStatesProps): States {
  const { inPlace, alarmNames } = props;
  const bakeSeconds = inPlace.bakeTime.toSeconds();
  return {
    ...replacement(props),
    ...smokeTest(props, bakeSeconds > 0 ? 'Bake' : 'LookAtAlarms', true),
    ...(bakeSeconds > 0 && { Bake: wait(bakeSeconds, 'LookAtAlarms') }),
    LookAtAlarms: call(
      'cloudwatch:describeAlarms',
      { AlarmNames: alarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'], StateValue: 'ALARM' },
      {
        next: 'IsWithoutAlarm',
        catchTo: 'RestoreChampion',
        assign: assignRelease({
          alarmsOn: jsonata(
            '[$states.result.MetricAlarms.AlarmName, $states.result.CompositeAlarms.AlarmName]',
          ),
        }),
      },
    ),
    IsWithoutAlarm: choose([[`$count(${RELEASE.alarmsOn}) = 0`, 'WriteReport']], 'AlarmsAreOn'),
    AlarmsAreOn: pass(
      'RestoreChampion',
      assignRelease({
        reasons: jsonata(`['in ALARM at the end of the bake: ' & $join(${RELEASE.alarmsOn}, ', ')]`),
      }),
    ),
    ...ending(props),
  };
}
