/** Something that cannot become a version; nothing of it was registered. */
export class RegistrationRefusedError extends Error {
  override readonly name = 'RegistrationRefused';
}
