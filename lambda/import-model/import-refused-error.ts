/** Something that cannot become a version; nothing of it was registered. */
export class ImportRefusedError extends Error {
  override readonly name = 'ImportRefused';
}
