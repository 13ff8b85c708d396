/** For deletions: what is gone already is fine. */
export function ignoreMissing(error: Error): void {
  if (error.name !== 'ResourceNotFoundException') throw error;
}
