import type { Output } from '@aws-sdk/client-cloudformation';
import { AwsError } from '../../gateway/aws-error';
import type { Stack } from './stack';
import type { StackStore } from './stack-store';

/**
 * Checks that the outputs a stack is to have keep the promises of exports.
 *
 * @throws AwsError `ValidationError` if another stack gives an export of that name, or uses one that would
 * change
 */
export function checkExports(store: StackStore, stack: Stack, outputs: readonly Output[]): void {
  for (const { ExportName, OutputValue } of outputs) {
    const existing = ExportName === undefined ? undefined : store.tryFindExport(ExportName);
    if (existing && existing.stack !== stack) {
      throw new AwsError(
        'ValidationError',
        `Export with name ${ExportName} is already exported by stack ${existing.stack.name}. Rename the export of one of the two`,
      );
    }
    if (existing && existing.value !== OutputValue) refuseIfImported(store, ExportName, 'updated');
  }
  for (const { ExportName } of stack.outputs) {
    if (!outputs.some((output) => output.ExportName === ExportName)) {
      refuseIfImported(store, ExportName, 'deleted');
    }
  }
}

/** @throws AwsError `ValidationError` if another stack imports what this one exports */
export function checkNotImported(store: StackStore, stack: Stack): void {
  for (const { ExportName } of stack.outputs) refuseIfImported(store, ExportName, 'deleted');
}

function refuseIfImported(store: StackStore, exportName: string | undefined, verb: string): void {
  const importers = exportName === undefined ? [] : store.importersOf(exportName);
  if (importers.length === 0) return;
  const names = importers.map(({ name }) => name).join(', ');
  throw new AwsError('ValidationError', `Export ${exportName} cannot be ${verb} as it is in use by ${names}`);
}
