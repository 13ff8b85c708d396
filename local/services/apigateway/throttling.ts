import type { RouteSettings } from '@aws-sdk/client-apigatewayv2';

interface Bucket {
  tokens: number;
  filledAt: number;
}

/**
 * Token buckets, one for each stage or route with limits of its own.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html
 */
export class Throttling {
  private readonly buckets = new Map<string, Bucket>();

  /** @param now in milliseconds of the cloud's clock */
  constructor(private readonly now: () => number) {}

  /** Whether a request is within the limits; takes its token. */
  admits(name: string, { ThrottlingRateLimit: rate, ThrottlingBurstLimit: burst }: RouteSettings): boolean {
    if (rate === undefined && burst === undefined) return true;
    const now = this.now();
    const capacity = burst ?? Math.ceil(rate ?? 0);
    const bucket = this.buckets.get(name) ?? { tokens: capacity, filledAt: now };
    const refilled = bucket.tokens + ((now - bucket.filledAt) / 1000) * (rate ?? Number.POSITIVE_INFINITY);
    bucket.tokens = Math.min(capacity, Number.isNaN(refilled) ? capacity : refilled);
    bucket.filledAt = now;
    this.buckets.set(name, bucket);
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
