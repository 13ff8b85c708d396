import * as z from 'zod/mini';
import { baselineSchema } from '../data/baseline';
import { captureGroup } from './capture-groups';

/**
 * How the recorded requests of an hour are profiled in groups. It has all that a group's profile depends on,
 * so that a release in between changes nothing in it.
 */
export const capturePlan = z.object({
  version: z.literal(1),
  /** ISO 8601: requests that were answered before are those of another version. */
  since: z.string(),
  /** Where the files are. */
  recordings: z.object({ bucket: z.string(), prefix: z.string() }),
  /** Chooses the bins. */
  baseline: baselineSchema,
  groups: z.array(captureGroup),
});

export type CapturePlan = z.infer<typeof capturePlan>;

/** Key of the profile of a group. @param planKey that ends with the plan's name */
export function groupProfileKey(planKey: string, group: number): string {
  return besides(planKey, `group-${String(group).padStart(5, '0')}.json`);
}

/** Key of the list of a plan's groups, and prefix of what became of the functions that profile them. */
export function groupListKeys(planKey: string): { readonly list: string; readonly results: string } {
  return { list: besides(planKey, 'list.json'), results: besides(planKey, 'map') };
}

function besides(planKey: string, name: string): string {
  return `${planKey.slice(0, planKey.lastIndexOf('/'))}/${name}`;
}
