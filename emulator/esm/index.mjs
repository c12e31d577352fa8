// See esm/index.mjs of the strategy.
export {
  createEmulator,
  DEFAULT_APPS,
  DEFAULT_COMPONENTS,
  DEFAULT_USERS,
  selfSignedCertificate,
} from '../dist/index.js';
