import emulator from '../dist/index.js';

export const { createEmulator, DEFAULT_APPS, DEFAULT_COMPONENTS, DEFAULT_USERS, selfSignedCertificate } =
  emulator;
