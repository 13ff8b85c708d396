import type * as sdk from '@aws-sdk/client-sfn';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import { accountPrincipal } from '../../gateway/principal';
import type { Cloud, Operations } from '../../gateway/service';
import { checkDefinition, parseDefinition } from './definition/definition-parser';
import { logGroupName } from './execution-log';
import { requireImplementedTasks } from './implemented-tasks';
import { checkMachineKey } from './machine-encryption';
import type { MachineStore, StoredStateMachine } from './machine-store';
import { validateName } from './names';
import { checkLogDelivery, checkRole } from './role-checks';
import type { SdkModels } from './sdk-models';
import { tagMap } from './tag-operations';

const PAGE = 100;
const MOST_DIAGNOSTICS = 100;

/** What one may do with state machines. */
export function stateMachineOperations(cloud: Cloud, store: MachineStore, models: SdkModels) {
  return {
    CreateStateMachine: async (input) => {
      if (input.type === 'EXPRESS')
        throw new NotImplementedError(`state machines of type EXPRESS (${input.name})`);
      const name = validateName(input.name);
      const arn = store.machineArn(name);
      const definition = input.definition as string;
      const logging = completeLogging(input.loggingConfiguration);
      const tracing = { enabled: input.tracingConfiguration?.enabled ?? false };
      const { encryptionConfiguration: encryption } = input;
      const roleArn = input.roleArn as string;
      await checkMachine(cloud, models, { arn, definition, roleArn, logging });
      await checkMachineKey(cloud, { arn, roleArn, encryption });
      const existing = store.machines.get(arn);
      if (existing) {
        store.activeMachine(arn);
        if (!isSame(existing, { definition, logging, tracing }))
          throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`);
        return { stateMachineArn: arn, creationDate: existing.created };
      }
      const now = cloud.clock.date();
      store.machines.set(arn, {
        arn,
        name,
        definition,
        roleArn,
        logging,
        tracing,
        encryption,
        created: now,
        updated: now,
        status: 'ACTIVE',
        tags: tagMap(input.tags),
      });
      return { stateMachineArn: arn, creationDate: now };
    },

    UpdateStateMachine: async (input) => {
      const machine = store.activeMachine(input.stateMachineArn);
      const { definition, roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } =
        input;
      const given = [
        definition,
        roleArn,
        loggingConfiguration,
        tracingConfiguration,
        encryptionConfiguration,
      ];
      if (given.every((member) => !member)) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
        );
      }
      const updated: StoredStateMachine = {
        ...machine,
        definition: definition ?? machine.definition,
        roleArn: roleArn ?? machine.roleArn,
        logging: loggingConfiguration ? completeLogging(loggingConfiguration) : machine.logging,
        tracing: tracingConfiguration ? { enabled: tracingConfiguration.enabled ?? false } : machine.tracing,
        encryption: encryptionConfiguration ?? machine.encryption,
        updated: cloud.clock.date(),
      };
      await checkMachine(cloud, models, updated);
      await checkMachineKey(cloud, updated);
      const isChanged = !isSame(machine, updated) || machine.roleArn !== updated.roleArn;
      const revisionId = isChanged ? cloud.uuid() : machine.revisionId;
      store.machines.set(machine.arn, { ...updated, revisionId });
      return { updateDate: updated.updated, revisionId };
    },

    DescribeStateMachine: (input) => {
      const machine = store.machine(input.stateMachineArn);
      return {
        stateMachineArn: machine.arn,
        name: machine.name,
        status: machine.status,
        definition: machine.definition,
        roleArn: machine.roleArn,
        type: 'STANDARD',
        creationDate: machine.created,
        loggingConfiguration: machine.logging,
        tracingConfiguration: machine.tracing,
        encryptionConfiguration: machine.encryption ?? { type: 'AWS_OWNED_KEY' },
        revisionId: machine.revisionId,
      };
    },

    /** The machine is gone when the last of its executions has ended. */
    DeleteStateMachine: (input) => {
      const machine = store.machines.get(input.stateMachineArn ?? '');
      if (!machine) return {};
      store.machines.set(machine.arn, { ...machine, status: 'DELETING' });
      store.removeIfDone(machine.arn);
      return {};
    },

    ListStateMachines: (input) => {
      const machines = [...store.machines.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
      const { page, nextToken } = paginate(machines, input.maxResults || PAGE, input.nextToken);
      const stateMachines = page.map(({ arn, name, created }) => ({
        stateMachineArn: arn,
        name,
        type: 'STANDARD' as const,
        creationDate: created,
      }));
      return { stateMachines, nextToken };
    },

    ValidateStateMachineDefinition: (input) => {
      if (input.type === 'EXPRESS') throw new NotImplementedError('state machines of type EXPRESS');
      const found = checkDefinition(input.definition as string, models);
      const most = input.maxResults || MOST_DIAGNOSTICS;
      return {
        result: found.length === 0 ? 'OK' : 'FAIL',
        diagnostics: found
          .slice(0, most)
          .map((diagnostic) => ({ severity: 'ERROR' as const, ...diagnostic })),
        truncated: found.length > most,
      };
    },
  } satisfies Operations<typeof sdk>;
}

async function checkMachine(
  cloud: Cloud,
  models: SdkModels,
  {
    arn,
    definition,
    roleArn,
    logging,
  }: Pick<StoredStateMachine, 'arn' | 'definition' | 'roleArn' | 'logging'>,
): Promise<void> {
  const parsed = parseDefinition(definition, models);
  requireImplementedTasks(cloud, parsed);
  await checkRole(cloud, arn, roleArn, parsed);
  if (logging.level === 'OFF') return;
  const destinations = logging.destinations ?? [];
  const group = logGroupName(destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn);
  if (destinations.length !== 1 || group === undefined)
    throw invalidLogging('Must specify exactly one Log Destination.');
  checkLogDelivery(cloud, roleArn);
  const { logGroups = [] } = await cloud.call<{ logGroups?: { logGroupName?: string }[] }>(
    'logs',
    'DescribeLogGroups',
    { logGroupNamePrefix: group },
    accountPrincipal(cloud.account),
  );
  if (!logGroups.some((found) => found.logGroupName === group))
    throw invalidLogging('Log Destination not found.');
}

function invalidLogging(why: string): AwsError {
  return new AwsError('InvalidLoggingConfiguration', `Invalid Logging Configuration: ${why}`);
}

function completeLogging(given: sdk.LoggingConfiguration | undefined): sdk.LoggingConfiguration {
  return { level: 'OFF', includeExecutionData: false, ...given };
}

type Comparable = Pick<StoredStateMachine, 'definition' | 'logging' | 'tracing'>;

function isSame(one: Comparable, other: Comparable): boolean {
  const text = ({ definition, logging, tracing }: Comparable) =>
    JSON.stringify([definition, logging, tracing]);
  return text(one) === text(other);
}
