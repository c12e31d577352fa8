import doctor from '../dist/index.js';

export const { examine, exitStatus } = doctor;
