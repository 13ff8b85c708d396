import { createHash } from 'node:crypto';
import type { Cloud } from '../../../gateway/service';
import { isExpress, type QueryLanguageName, type Workflow } from '../definition/definition';
import type { MachineStore, StoredExecution, StoredStateMachine } from '../machine-store';
import { type ChildStarter, MapRun } from './map-run';
import { type MapRunLimits, noCounts, type StoredMapRun } from './stored-map-run';

/**
 * Seconds that an EXPRESS execution may take:
 * https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
 */
const LONGEST_EXPRESS_SECONDS = 300;

interface MapRunOpening {
  readonly executionArn: string;
  readonly stateName: string;
  readonly label?: string | undefined;
  readonly processor: Workflow;
  readonly queryLanguage: QueryLanguageName;
  readonly limits: MapRunLimits;
}

/** Opens Map Runs, and changes the limits of those that go on. */
export class MapRuns {
  private readonly active = new Map<string, MapRun>();

  constructor(
    private readonly cloud: Cloud,
    private readonly store: MachineStore,
    private readonly children: ChildStarter,
  ) {}

  open({ executionArn, stateName, limits, ...opening }: MapRunOpening): MapRun {
    const parent = this.store.execution(executionArn);
    const [machineName = ''] = parent.machine.name.split('/');
    const label = opening.label ?? generatedLabel(machineName, stateName);
    const machine = childMachine(this.store, parent, `${machineName}/${label}`, opening);
    const record: StoredMapRun = {
      arn: this.cloud.arn('states', `mapRun:${machine.name}:${this.cloud.uuid()}`),
      label,
      executionArn,
      stateMachineArn: machine.arn,
      started: this.cloud.clock.date(),
      status: 'RUNNING',
      ...limits,
      executionCounts: noCounts(),
      itemCounts: noCounts(),
    };
    this.store.mapRuns.set(record.arn, record);
    const run = new MapRun({
      cloud: this.cloud,
      record,
      machine,
      isExpress: isExpress(opening.processor),
      children: this.children,
      ended: () => {
        this.active.delete(record.arn);
        // It was changed in place: a data folder keeps what is set.
        this.store.mapRuns.set(record.arn, record);
      },
    });
    this.active.set(record.arn, run);
    return run;
  }

  /** Changes the limits of one that goes on. */
  update(arn: string, limits: Partial<MapRunLimits>): void {
    this.active.get(arn)?.update(limits);
  }
}

/** What child executions run, as a machine named `<machine>/<label>` that nobody can start by itself. */
function childMachine(
  store: MachineStore,
  { machine }: StoredExecution,
  name: string,
  { processor, queryLanguage }: Pick<MapRunOpening, 'processor' | 'queryLanguage'>,
): StoredStateMachine {
  const { StartAt, States } = processor;
  const limit = isExpress(processor) && { TimeoutSeconds: LONGEST_EXPRESS_SECONDS };
  const definition = JSON.stringify({ QueryLanguage: queryLanguage, StartAt, States, ...limit });
  return { ...machine, name, arn: store.machineArn(name), definition };
}

/** A name-based UUID, as AWS's generated labels are: the same for each run of a state. */
function generatedLabel(machineName: string, stateName: string): string {
  const hash = createHash('md5').update(`${machineName}/${stateName}`).digest('hex');
  const parts = [hash.slice(0, 8), hash.slice(8, 12), `3${hash.slice(13, 16)}`, `9${hash.slice(17, 20)}`];
  return [...parts, hash.slice(20)].join('-');
}
