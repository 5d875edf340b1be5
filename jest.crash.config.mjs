// Tests that kill processes: minutes long, and so by a command of their own.
import config, { postgres } from './jest.config.mjs'

const { transform, transformIgnorePatterns, modulePathIgnorePatterns, injectGlobals } =
  config.projects[0]

/** @type {import('jest').Config} */
export default {
  ...postgres,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/crash/**/*.crash.ts'],
  forceExit: true,
  transform,
  transformIgnorePatterns,
  modulePathIgnorePatterns,
  injectGlobals,
}
