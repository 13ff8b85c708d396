import type { Validation } from './validation';

/** Notes a name that keys and names of resources cannot have. @param prop that gives the name */
export function checkPartName(validation: Validation, prop: string, name: string): Validation {
  return validation.check(
    name,
    /^[a-z0-9](-*[a-z0-9]){0,39}$/.test(name),
    `${prop} must be 1 to 40 lower-case letters, digits and inner hyphens`,
  );
}
