import { SdkModel } from '../../gateway/sdk-model';
import type { Cloud, Service } from '../../gateway/service';

/** The schemas of the services that tasks call. */
export class SdkModels {
  private readonly models = new Map<Service, SdkModel>();

  constructor(private readonly cloud: Cloud) {}

  /** Undefined for a service that the local cloud does not have. */
  of(serviceName: string): SdkModel | undefined {
    const service = this.cloud.services.get(serviceName);
    if (!service) return undefined;
    const model = this.models.get(service) ?? new SdkModel(service.sdk);
    this.models.set(service, model);
    return model;
  }
}
