import { SdkModel } from '../../gateway/sdk-model';
import type { Cloud } from '../../gateway/service';

/** The schemas of the services that tasks call. */
export class SdkModels {
  constructor(private readonly cloud: Cloud) {}

  /** Undefined for a service that the local cloud does not have. */
  of(serviceName: string): SdkModel | undefined {
    const service = this.cloud.services.get(serviceName);
    return service && SdkModel.of(service.sdk);
  }
}
