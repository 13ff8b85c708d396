import * as sdk from '@aws-sdk/client-sfn';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { executionOperations } from './execution-operations';
import { Executions } from './executions';
import { implementedInputs } from './inputs';
import { MachineStore } from './machine-store';
import { mapRunOperations } from './map-run-operations';
import { statesPermissions } from './permissions';
import { stateMachineResource } from './resources';
import { SdkModels } from './sdk-models';
import { stateMachineOperations } from './state-machine-operations';
import { tagOperations } from './tag-operations';
import { TaskTokens } from './task-tokens';

/**
 * Step Functions: standard workflows (and the child executions of their distributed Map states), run on the
 * cloud's clock with the rights of their roles.
 */
export class StepFunctionsService implements Service {
  readonly name = 'states';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly operations: Operations<typeof sdk>;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::StepFunctions::StateMachine': stateMachineResource,
  };
  private readonly store: MachineStore;
  private readonly executions: Executions;
  private readonly tokens: TaskTokens;

  constructor(private readonly cloud: Cloud) {
    this.store = new MachineStore(cloud);
    const models = new SdkModels(cloud);
    this.tokens = new TaskTokens(cloud);
    const { tokens } = this;
    this.executions = new Executions({ cloud, store: this.store, tokens, models });
    this.operations = {
      ...stateMachineOperations(cloud, this.store, models),
      ...executionOperations(cloud, this.store, this.executions, tokens),
      ...mapRunOperations(this.store, this.executions.mapRuns),
      ...tagOperations(this.store),
    };
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    return statesPermissions(this.store, this.tokens, operation, input);
  }

  async start(): Promise<void> {
    const interrupted = this.executions.interrupted();
    if (interrupted.length === 0) return;
    // Rules may lead to services that start later.
    this.cloud.clock.after(0, () => this.executions.failInterrupted(interrupted));
  }

  async stop(): Promise<void> {
    this.executions.shutDown();
  }
}
