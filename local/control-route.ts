import { AwsError } from './gateway/aws-error';
import { parseFaults } from './gateway/fault-text';
import type { FaultOptions } from './gateway/faults';
import type { HttpRoute } from './gateway/gateway';
import type { WireRequest, WireResponse } from './gateway/protocols/http';
import { isSame } from './gateway/secrets';
import type { LocalCloud } from './local-cloud';
import type { CloudFormationService } from './services/cloudformation/cloudformation-service';
import type { SageMakerService } from './services/sagemaker/sagemaker-service';

/**
 * What the local cloud says of itself, and what it is requested to do, below `/_local/control/`: `GET
 * status`,
 * `GET environment`, `GET grants`, `POST clock {"advanceSeconds": 60}`, `POST interruption
 * {"trainingJobName": "..."}`, `POST faults {"faults": "rate=0.05"}`, or `null` for none, `POST page-link`.
 * Each call brings the token of the local cloud: `Authorization: Bearer <token>`.
 */
export class ControlRoute implements HttpRoute {
  readonly prefix = '/_local/control/';

  constructor(
    private readonly cloud: LocalCloud,
    private readonly token: string,
  ) {}

  async handle(request: WireRequest): Promise<WireResponse> {
    if (!isSame(request.headers.authorization ?? '', `Bearer ${this.token}`)) {
      return json(403, {
        message: 'the token of this local cloud is missing or wrong; its "access.json" holds it',
      });
    }
    const what = `${request.method} ${request.path.slice(this.prefix.length)}`;
    try {
      switch (what) {
        case 'GET status':
          return json(200, this.status());
        case 'GET environment':
          return json(200, this.cloud.environment());
        case 'GET grants':
          return json(200, this.cloud.grants());
        case 'POST page-link':
          return json(200, { url: this.cloud.pageLink() });
        case 'POST clock':
          await this.cloud.clock.advance(secondsOf(request) * 1000);
          return json(200, this.status());
        case 'POST interruption':
          this.cloud.service<SageMakerService>('sagemaker').interruptTraining(trainingJobOf(request));
          return json(200, this.status());
        case 'POST faults':
          this.cloud.injectFaults(faultsOf(request));
          return json(200, this.status());
        default:
          return json(404, { message: `the local cloud knows no ${what}` });
      }
    } catch (error) {
      return json(400, { message: (error as Error).message });
    }
  }

  private status(): object {
    const { clock, account, region, url } = this.cloud;
    return {
      url,
      account,
      region,
      processId: process.pid,
      time: clock.date().toISOString(),
      clockRate: clock.rate,
      services: [...this.cloud.services.keys()],
      inertResources: this.cloud.service<CloudFormationService>('cloudformation').inertResources(),
    };
  }
}

function secondsOf(request: WireRequest): number {
  const { advanceSeconds } = JSON.parse(request.body.toString('utf8')) as { advanceSeconds?: unknown };
  if (typeof advanceSeconds !== 'number') {
    throw new AwsError('ValidationException', `advanceSeconds must be a number, got ${advanceSeconds}`);
  }
  return advanceSeconds;
}

function trainingJobOf(request: WireRequest): string {
  const { trainingJobName } = JSON.parse(request.body.toString('utf8')) as { trainingJobName?: unknown };
  return String(trainingJobName);
}

function faultsOf(request: WireRequest): FaultOptions | undefined {
  const { faults } = JSON.parse(request.body.toString('utf8')) as { faults?: unknown };
  return faults === null ? undefined : parseFaults(String(faults));
}

function json(status: number, body: object): WireResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
